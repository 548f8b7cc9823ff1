package securemqtt.responder.redis;

import io.quarkus.redis.client.RedisOptionsCustomizer;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.RedisOptions;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.TimeUnit;
import securemqtt.responder.settings.Credentials;

/** Gives the Redis client the login and TLS, and makes it notice a Redis that is silent. */
@ApplicationScoped
class RedisOptionsSetup implements RedisOptionsCustomizer {
    /** More commands than wait for their answers at any time. */
    private static final int MAX_WAITING = 100_000;

    private final Credentials credentials;

    RedisOptionsSetup(Credentials credentials) {
        this.credentials = credentials;
    }

    @Override
    public void customize(String clientName, RedisOptions options) {
        int timeout = (int) RedisLink.TIMEOUT.toMillis();
        options.setMaxWaitingHandlers(MAX_WAITING);
        // With HELLO, the client never completes a connection that Redis answers with another error than it expects.
        options.setProtocolNegotiation(false);
        NetClientOptions net = options.getNetClientOptions();
        net.setConnectTimeout(timeout)
                .setReadIdleTimeout(timeout)
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setSslHandshakeTimeout(timeout)
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
        credentials.sessions().ifPresent(sessions -> sessions.applyTo(options));
    }
}
