package securemqtt.responder.management;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.CorsHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Refuses requests of web pages at the management port. Quarkus lets pages of any origin read it, and has no setting
 * for that. A browser adds the header Origin to requests of a page to another origin. Tools that read health or
 * metrics do not send it.
 */
@ApplicationScoped
class CrossOriginFilter {
    void require(@Observes ManagementInterface management) {
        Router router = management.router();
        // Removes Quarkus's handler. It also answers preflight requests (OPTIONS), and no other handler can run
        // before it. Only the text of a route names its handlers.
        router.getRoutes().stream()
                .filter(route -> route.toString().contains(CorsHandler.class.getSimpleName()))
                .forEach(route -> route.remove());
        router.route().order(Integer.MIN_VALUE).handler(request -> {
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
