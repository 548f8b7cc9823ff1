package securemqtt.responder;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import securemqtt.responder.exchange.MemorySessions;
import securemqtt.responder.exchange.SessionStore;
import securemqtt.responder.exchange.SharedSessions;
import securemqtt.responder.management.Metrics;
import securemqtt.responder.management.SessionsState;
import securemqtt.responder.redis.RedisLink;
import securemqtt.responder.redis.RedisSessions;
import securemqtt.responder.settings.Credentials;
import securemqtt.responder.settings.ResponderConfig;
import securemqtt.responder.settings.SessionsAccess;

/** Chooses where the sessions are kept: in this process, or in Redis. */
@ApplicationScoped
class SessionStores implements SessionsState {
    private final ResponderConfig config;
    private final Credentials credentials;
    private final Vertx vertx;
    private final Metrics metrics;
    /** Empty while the sessions are kept in this process. */
    private volatile Optional<RedisLink> link = Optional.empty();

    SessionStores(ResponderConfig config, Credentials credentials, Vertx vertx, Metrics metrics) {
        this.config = config;
        this.credentials = credentials;
        this.vertx = vertx;
        this.metrics = metrics;
    }

    @Produces
    @Singleton
    SessionStore sessions() {
        Optional<SessionsAccess> access = credentials.sessions();
        if (access.isEmpty()) {
            return new MemorySessions(config.maxSessions(), config.sessionIdle());
        }
        RedisLink opened = new RedisLink(
                vertx, access.get(), metrics::addEvictedSessions, () -> Quarkus.asyncExit(ExitCode.USAGE.status()));
        link = Optional.of(opened);
        opened.start();
        return new SharedSessions(
                new RedisSessions(opened, config.sessionIdle()),
                access.get().secret(),
                InstantSource.system(),
                new SecureRandom(),
                !config.noDiagnosis(),
                metrics::addUnreadableSession);
    }

    @Override
    public boolean isShared() {
        return credentials.sessions().isPresent();
    }

    @Override
    public Optional<String> problem() {
        return link.flatMap(RedisLink::problem);
    }

    /** After all requests are answered, so that none is refused for lack of sessions. */
    void stop(@Observes @Priority(Integer.MAX_VALUE) ShutdownEvent shutdown) {
        link.ifPresent(RedisLink::close);
    }
}
