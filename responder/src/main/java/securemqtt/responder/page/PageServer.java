package securemqtt.responder.page;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import securemqtt.responder.channel.MessageListener;
import securemqtt.responder.channel.RequestChannel;
import securemqtt.responder.management.ServiceState;
import securemqtt.responder.settings.ResponderConfig;

/** Serves the page by HTTP, if the settings ask for it. Without it, nothing is recorded. */
@Singleton
public class PageServer {
    private static final Logger LOG = Logger.getLogger(PageServer.class);
    private static final int TOKEN_BYTES = 16;
    private static final String CLASS_VIEW = "class";

    /** The page loads nothing from elsewhere, runs no script in its text, and is shown in no other page. */
    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:;"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
                    + " require-trusted-types-for 'script'; trusted-types 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "no-referrer",
            "Cross-Origin-Opener-Policy",
            "same-origin",
            "Cross-Origin-Resource-Policy",
            "same-origin",
            "Cache-Control",
            "no-store");

    private final Optional<Open> open;

    /** The parts of a running page. */
    private static final class Open {
        final ClassCounts counts = new ClassCounts();
        final Recording recording = new Recording(InstantSource.system(), counts);
        final String token = random();
        final PageAccess access;
        final OpenPages pages;
        final Vertx vertx;

        Open(String host, RequestChannel channel, ServiceState service, Vertx vertx) {
            this.access = new PageAccess(host, token, random());
            this.vertx = vertx;
            this.pages = new OpenPages(
                    vertx,
                    recording,
                    () -> PageJson.counts(counts, channel.openSessions(), Instant.now()),
                    service::isReady);
        }
    }

    PageServer(ResponderConfig config, RequestChannel channel, ServiceState service, Vertx vertx) {
        open = config.pagePort().isPresent()
                ? Optional.of(new Open(config.pageHost(), channel, service, vertx))
                : Optional.empty();
    }

    private static String random() {
        byte[] bytes = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Produces
    @Singleton
    MessageListener listener() {
        return open.<MessageListener>map(page -> page.recording).orElse(MessageListener.NONE);
    }

    /** The path of the page with its token; empty if there is no page. It is a secret of the operator. */
    public Optional<String> pathWithToken() {
        return open.map(page -> "/?token=" + page.token);
    }

    void addRoutes(@Observes Router router) {
        open.ifPresent(page -> {
            Map<String, Resource> resources = Map.of(
                    "/", Resource.read("page.html", "text/html; charset=utf-8"),
                    "/page.css", Resource.read("page.css", "text/css; charset=utf-8"),
                    "/page.js", Resource.read("page.js", "text/javascript; charset=utf-8"));
            router.route().order(Integer.MIN_VALUE).handler(context -> {
                HEADERS.forEach(context.response()::putHeader);
                try {
                    handle(page, resources, context);
                } catch (IllegalArgumentException e) {
                    // Vert.x could not decode the address.
                    refuse(context.response(), new PageAccess.Refused(400, "the address is not a valid URL"));
                }
            });
        });
    }

    private static void handle(Open page, Map<String, Resource> resources, RoutingContext context) {
        HttpServerRequest request = context.request();
        PageAccess.Decision decision = page.access.decide(new PageAccess.Request(
                request.localAddress().port(),
                request.method().name(),
                Optional.ofNullable(request.getHeader("Host")),
                Optional.ofNullable(request.getHeader("Origin")),
                parameter(context, "token"),
                Optional.ofNullable(request.getHeader("Cookie"))));
        if (decision instanceof PageAccess.Refused refused) {
            refuse(context.response(), refused);
        } else if (decision instanceof PageAccess.LoggedIn loggedIn) {
            boolean isClassView =
                    parameter(context, "view").filter(CLASS_VIEW::equals).isPresent();
            // No redirect: if the address was opened from another site, a browser would not send the new cookie with
            // it.
            context.response()
                    .putHeader("Set-Cookie", loggedIn.setCookie())
                    .putHeader("Refresh", "0; url=" + (isClassView ? "/?view=" + CLASS_VIEW : "/"))
                    .putHeader("Content-Type", "text/plain; charset=utf-8")
                    .end("opening the page\n");
        } else {
            serve(page, resources, context);
        }
    }

    private static void serve(Open page, Map<String, Resource> resources, RoutingContext context) {
        String path = context.request().path();
        HttpServerResponse response = context.response();
        if (resources.containsKey(path)) {
            Resource resource = resources.get(path);
            response.putHeader("Content-Type", resource.type()).end(resource.content());
            return;
        }
        switch (path) {
            case "/events" -> events(page, context);
            case "/exchanges" -> exchanges(page, context);
            default -> refuse(response, new PageAccess.Refused(404, "page not found"));
        }
    }

    private static void events(Open page, RoutingContext context) {
        if (page.pages.isFull()) {
            refuse(
                    context.response(),
                    new PageAccess.Refused(503, OpenPages.MAX + " pages are open; close one of them"));
        } else {
            page.pages.open(
                    context.request(),
                    parameter(context, "view").filter(CLASS_VIEW::equals).isPresent());
        }
    }

    /** With an id, one exchange with all that is recorded of it; without, all exchanges of a NetID in brief. */
    private static void exchanges(Open page, RoutingContext context) {
        String netId = parameter(context, "netid").orElse(Recording.NO_NETID);
        Optional<String> id = parameter(context, "id");
        // Not on the event loop, on which the messages arrive.
        page.vertx
                .<Optional<String>>executeBlocking(() -> json(page.recording.exchanges(netId), id), false)
                .onSuccess(json -> json.ifPresentOrElse(
                        text -> context.response()
                                .putHeader("Content-Type", "application/json")
                                .end(text),
                        () -> refuse(
                                context.response(),
                                new PageAccess.Refused(404, "this exchange is no longer recorded"))))
                .onFailure(e -> {
                    LOG.errorf(e, "internal error of the page: %s", e);
                    refuse(context.response(), new PageAccess.Refused(500, "internal error"));
                });
    }

    private static Optional<String> json(List<RecordedExchange.Snapshot> exchanges, Optional<String> id) {
        if (id.isEmpty()) {
            JsonArray all = PageJson.exchanges(exchanges);
            return Optional.of(all.encode());
        }
        return exchanges.stream()
                .filter(exchange -> Long.toString(exchange.id()).equals(id.get()))
                .findFirst()
                .map(exchange -> PageJson.exchange(exchange).encode());
    }

    private static Optional<String> parameter(RoutingContext context, String name) {
        return context.queryParam(name).stream().findFirst();
    }

    private static void refuse(HttpServerResponse response, PageAccess.Refused refused) {
        response.setStatusCode(refused.status())
                .putHeader("Content-Type", "text/plain; charset=utf-8")
                .end(refused.reason() + "\n");
    }

    /** A file of the page, packed into the jar. */
    private record Resource(String type, Buffer content) {
        static Resource read(String name, String type) {
            try (InputStream in = PageServer.class.getResourceAsStream(name)) {
                return new Resource(type, Buffer.buffer(in.readAllBytes()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
