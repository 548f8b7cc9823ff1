package securemqtt.responder;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.http.HttpHeaders;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Refuses requests of web pages at the management port. Quarkus lets pages of any origin read it, and has no setting for that. A
 * browser adds the header Origin to the requests of a page to another origin. Tools that read health or metrics do not send it.
 */
@ApplicationScoped
class SameOrigin {
    void require(@Observes ManagementInterface management) {
        management.router().route().order(Integer.MIN_VALUE).handler(request -> {
            // Quarkus has set it already.
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
