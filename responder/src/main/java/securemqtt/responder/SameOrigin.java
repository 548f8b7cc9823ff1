package securemqtt.responder;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.http.HttpHeaders;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Keeps web pages away from the management port. Quarkus lets a page of any origin read it, and has no setting for that.
 * A browser names the origin in each request that a page makes of another one; nothing else that asks for health or metrics does.
 */
@ApplicationScoped
class SameOrigin {
    void require(@Observes ManagementInterface management) {
        management.router().route().order(Integer.MIN_VALUE).handler(request -> {
            // Set by Quarkus before anybody else has a turn.
            request.response().headers().remove(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN);
            if (request.request().headers().contains(HttpHeaders.ORIGIN)) {
                request.response()
                        .setStatusCode(HttpResponseStatus.FORBIDDEN.code())
                        .end();
            } else {
                request.next();
            }
        });
    }
}
