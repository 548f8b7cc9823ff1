package securemqtt.responder.redis;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jboss.logging.Logger;
import securemqtt.broker.ConnectFailure;
import securemqtt.responder.settings.SessionsAccess;

/**
 * The connection to Redis, and its return after a loss. All commands go over one connection, so that Redis runs them in the order in
 * which they are sent. Without a connection a command fails at once.
 */
public final class RedisLink implements AutoCloseable {
    /** A Redis that says nothing for so long is away. With pings in between, a quick one is never that silent. */
    static final Duration TIMEOUT = Duration.ofSeconds(1);

    private static final Logger LOG = Logger.getLogger(RedisLink.class);
    /**
     * The kinds of errors that only a new connection may end: Redis has lost the scripts, has become a replica, wants
     * another login, or loads its data.
     */
    private static final Set<String> NEED_NEW_CONNECTION =
            Set.of("NOSCRIPT", "READONLY", "NOAUTH", "NOPERM", "LOADING", "MASTERDOWN");

    private static final long PING_MILLIS = 250;
    private static final long RETRY_MILLIS = 500;
    private static final long COUNT_MILLIS = 1_000;
    private static final Duration FULL_LOG_PAUSE = Duration.ofMinutes(1);

    private final Vertx vertx;
    private final Redis redis;
    private final SessionsAccess access;
    private final String where;
    private final EvictionListener evictions;

    /** Null without a connection. */
    private volatile RedisConnection connection;

    private volatile String reason;
    private volatile long keys;
    /** As Redis counts them; -1 if not known. Used on the event loop only. */
    private long evicted = -1;

    private volatile boolean closed;
    private long lastFullNanos;
    private boolean wasFull;
    private String loggedReason = "";
    /** Completes when the first attempt has succeeded or failed. */
    private final Promise<Void> firstAttempt = Promise.promise();

    /** Counts the keys that Redis has evicted because it was full. */
    public interface EvictionListener {
        void evicted(long count);
    }

    /**
     * @param redis the client, with one thread
     */
    public RedisLink(Vertx vertx, Redis redis, SessionsAccess access, EvictionListener evictions) {
        this.vertx = vertx;
        this.redis = redis;
        this.access = access;
        this.where = ConnectFailure.at(access.address().host(), access.address().port());
        this.evictions = evictions;
        this.reason = "not connected yet";
    }

    /** Connects, and again after each loss, until {@link #close}. */
    public void start() {
        vertx.setPeriodic(PING_MILLIS, tick -> ping());
        vertx.setPeriodic(COUNT_MILLIS, tick -> count());
        connect();
    }

    /** Why there is no connection, in words for the operator; empty if there is one. */
    public Optional<String> problem() {
        return connection == null ? Optional.of(reason) : Optional.empty();
    }

    /** The number of keys in the database, as it was a moment ago. */
    long keys() {
        return keys;
    }

    /**
     * Sends a command. Fails if Redis cannot be reached, or answers with an error. Before the first attempt to connect
     * has ended, the command waits for that: the first client would otherwise be refused for nothing.
     */
    CompletionStage<Response> send(Request command) {
        Future<Response> answer = firstAttempt.future().isComplete()
                ? sendNow(command)
                : firstAttempt.future().compose(done -> sendNow(command));
        return answer.toCompletionStage();
    }

    private Future<Response> sendNow(Request command) {
        RedisConnection open = connection;
        return open == null
                ? Future.failedFuture("no connection to Redis")
                : open.send(command).onFailure(cause -> commandFailed(open, cause));
    }

    private void connect() {
        if (closed) {
            return;
        }
        redis.connect().onSuccess(this::prepare).onFailure(this::unavailable);
    }

    private void prepare(RedisConnection open) {
        open.exceptionHandler(cause -> lost(open, cause));
        open.endHandler(end -> lost(open, null));
        Future<Response> ready = open.send(Request.cmd(Command.PING));
        for (Script script : Script.values()) {
            ready = ready.compose(
                    done -> open.send(Request.cmd(Command.SCRIPT).arg("LOAD").arg(script.text())));
        }
        String fingerprint = access.secret().fingerprint();
        ready.compose(done -> open.send(Request.cmd(Command.SET)
                        .arg(RedisSessions.SECRET_KEY)
                        .arg(fingerprint)
                        .arg("NX")))
                .compose(done -> open.send(Request.cmd(Command.GET).arg(RedisSessions.SECRET_KEY)))
                .onSuccess(theirs -> {
                    if (theirs != null && theirs.toString().equals(fingerprint)) {
                        available(open);
                    } else {
                        open.close();
                        unavailable(new OtherSecretException());
                    }
                })
                .onFailure(cause -> {
                    open.close();
                    unavailable(cause);
                });
    }

    private void available(RedisConnection open) {
        connection = open;
        evicted = -1;
        loggedReason = "";
        LOG.infof("sessions at %s", where);
        firstAttempt.tryComplete();
    }

    private void lost(RedisConnection open, Throwable cause) {
        if (connection == open) {
            connection = null;
            unavailable(cause == null ? new ConnectionEndedException() : cause);
        }
    }

    private void unavailable(Throwable cause) {
        if (closed) {
            return;
        }
        LOG.debug("no connection to Redis", cause);
        reason = RedisFailure.describe(cause, access);
        if (!reason.equals(loggedReason)) {
            loggedReason = reason;
            LOG.warnf("no sessions: %s; refusing requests until that changes", reason);
        }
        firstAttempt.tryComplete();
        vertx.setTimer(RETRY_MILLIS, now -> connect());
    }

    private void commandFailed(RedisConnection open, Throwable cause) {
        if (!(cause instanceof ErrorType error)) {
            // The connection has ended, or is about to.
            return;
        }
        if (error.is("OOM")) {
            vertx.runOnContext(now -> logFull());
            return;
        }
        if (NEED_NEW_CONNECTION.stream().noneMatch(error::is)) {
            LOG.debug("Redis answers a command with an error", cause);
            return;
        }
        vertx.runOnContext(now -> {
            if (connection == open) {
                connection = null;
                open.close();
                unavailable(cause);
            }
        });
    }

    private void logFull() {
        long now = System.nanoTime();
        if (!wasFull || now - lastFullNanos > FULL_LOG_PAUSE.toNanos()) {
            wasFull = true;
            lastFullNanos = now;
            LOG.warnf("no room for sessions: %s is full; refusing requests that need room", where);
        }
    }

    /** The answer keeps the connection: one that is silent for {@link #TIMEOUT} is closed. */
    private void ping() {
        RedisConnection open = connection;
        if (open != null) {
            open.send(Request.cmd(Command.PING)).onFailure(cause -> commandFailed(open, cause));
        }
    }

    private void count() {
        RedisConnection open = connection;
        if (open != null) {
            open.send(Request.cmd(Command.DBSIZE)).onSuccess(size -> keys = size.toLong());
            open.send(Request.cmd(Command.INFO).arg("stats")).onSuccess(this::countEvicted);
        }
    }

    private void countEvicted(Response info) {
        info.toString()
                .lines()
                .filter(line -> line.startsWith("evicted_keys:"))
                .map(line ->
                        Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
                .findFirst()
                .ifPresent(now -> {
                    if (evicted >= 0 && now > evicted) {
                        evictions.evicted(now - evicted);
                    }
                    evicted = now;
                });
    }

    @Override
    public void close() {
        closed = true;
        RedisConnection open = connection;
        connection = null;
        if (open != null) {
            open.close();
        }
    }

    /** Redis has closed the connection, or said nothing for too long. */
    static final class ConnectionEndedException extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /** The sessions in this Redis are sealed with another secret. */
    static final class OtherSecretException extends Exception {
        private static final long serialVersionUID = 1L;
    }
}
