package securemqtt.responder.redis;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import java.util.concurrent.TimeUnit;
import securemqtt.responder.settings.SessionsAccess;

/** Makes the client of a Redis, which notices a Redis that is silent. */
final class RedisClient {
    /** A limit that the commands of a second do not reach. */
    private static final int MAX_WAITING = 100_000;

    private RedisClient() {}

    /** The client does not connect by itself. */
    static Redis of(Vertx vertx, SessionsAccess access) {
        int timeout = (int) RedisLink.TIMEOUT.toMillis();
        RedisOptions options = new RedisOptions()
                .setConnectionString(access.address().toUri())
                .setMaxWaitingHandlers(MAX_WAITING)
                // Otherwise the client sends HELLO, and an attempt to connect never ends if Redis answers with an
                // unexpected error.
                .setProtocolNegotiation(false);
        NetClientOptions net = options.getNetClientOptions();
        net.setConnectTimeout(timeout)
                .setReadIdleTimeout(timeout)
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setSslHandshakeTimeout(timeout)
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
        access.applyTo(options);
        return Redis.createClient(vertx, options);
    }
}
