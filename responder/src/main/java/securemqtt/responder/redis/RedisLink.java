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
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jboss.logging.Logger;
import securemqtt.broker.ConnectFailure;
import securemqtt.responder.settings.SessionsAccess;

/**
 * Connects to Redis, and again after a loss. All commands go over one connection, so that Redis runs them in the order in
 * which they are sent. Without a connection a command fails at once.
 */
public final class RedisLink implements AutoCloseable {
    /** Redis counts as lost after this time without data. It is asked more often than that. */
    static final Duration TIMEOUT = Duration.ofSeconds(1);

    private static final Logger LOG = Logger.getLogger(RedisLink.class);
    /**
     * The kinds of errors that only a new connection may end: Redis has lost the scripts, has become a replica, wants
     * another login, or loads its data.
     */
    private static final Set<String> NEED_NEW_CONNECTION =
            Set.of("NOSCRIPT", "READONLY", "NOAUTH", "LOADING", "MASTERDOWN");

    private static final long PING_MILLIS = 250;
    private static final long RETRY_MILLIS = 500;
    private static final long COUNT_MILLIS = 1_000;
    /** For the name, the connection, the login and the scripts together. */
    private static final long CONNECT_MILLIS = 3_000;
    /** In seconds. Responders that run renew it; once all have stopped, a group may begin with another secret. */
    private static final int SECRET_SECONDS = 60;
    /** How long an error of a command counts as a problem. */
    private static final Duration ERROR_TIME = Duration.ofSeconds(5);

    private static final Duration ERROR_LOG_PAUSE = Duration.ofMinutes(1);

    private final Vertx vertx;
    private final Redis redis;
    private final SessionsAccess access;
    private final String where;
    private final EvictionListener evictions;
    private final Runnable otherSecretAtStart;

    /** Null without a connection. */
    private volatile RedisConnection connection;

    private volatile String reason = "not connected yet";
    private volatile long keys;
    /** The latest error of a command; null if there was none. */
    private volatile CommandError error;

    /** As Redis counts them; -1 if not known. This and the following are used on the event loop only. */
    private long evicted = -1;

    private long errorLoggedNanos;
    private boolean wasErrorLogged;
    private String loggedReason = "";
    private long oldestPingNanos;
    private boolean isPinging;

    private volatile boolean closed;
    /** Completes when the first attempt has succeeded or failed. */
    private final Promise<Void> firstAttempt = Promise.promise();

    private record CommandError(String problem, long nanos) {}

    /** Counts the keys that Redis has evicted because it was full. */
    public interface EvictionListener {
        void evicted(long count);
    }

    /**
     * @param vertx an instance with one thread
     * @param otherSecretAtStart called instead of trying again if the first connection finds sessions that are sealed
     *     with another secret
     */
    public RedisLink(Vertx vertx, SessionsAccess access, EvictionListener evictions, Runnable otherSecretAtStart) {
        this.vertx = vertx;
        this.redis = RedisClient.of(vertx, access);
        this.access = access;
        this.where = ConnectFailure.at(access.address().host(), access.address().port());
        this.evictions = evictions;
        this.otherSecretAtStart = otherSecretAtStart;
    }

    /** Connects, and again after each loss, until {@link #close}. */
    public void start() {
        vertx.setPeriodic(PING_MILLIS, tick -> ping());
        vertx.setPeriodic(COUNT_MILLIS, tick -> count());
        connect();
    }

    /** Why requests are refused for lack of sessions, in words for the operator; empty if they are not. */
    public Optional<String> problem() {
        if (connection == null) {
            return Optional.of(reason);
        }
        CommandError latest = error;
        return latest != null && System.nanoTime() - latest.nanos() < ERROR_TIME.toNanos()
                ? Optional.of(latest.problem())
                : Optional.empty();
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
        Promise<RedisConnection> attempt = Promise.promise();
        long timer = vertx.setTimer(CONNECT_MILLIS, late -> attempt.tryFail(new ConnectionEndedException()));
        resolve()
                .compose(address -> attempt.future().isComplete() ? Future.failedFuture("too late") : redis.connect())
                .compose(open -> prepare(open).map(open).onFailure(cause -> discard(open)))
                .recover(cause -> Future.failedFuture(RedisFailure.withoutArguments(cause)))
                .onSuccess(open -> {
                    if (!attempt.tryComplete(open)) {
                        discard(open);
                    }
                })
                .onFailure(attempt::tryFail);
        attempt.future()
                .onComplete(result -> vertx.cancelTimer(timer))
                .onSuccess(this::available)
                .onFailure(this::unavailable);
    }

    /**
     * Resolves the name in another thread. Vert.x would do so on the only thread that reads the broker's connection;
     * now it finds the result in Java's cache.
     */
    private Future<InetAddress> resolve() {
        return vertx.executeBlocking(
                () -> InetAddress.getByName(access.address().host()), false);
    }

    private Future<Void> prepare(RedisConnection open) {
        Future<Response> ready = logIn(open).compose(done -> open.send(Request.cmd(Command.PING)));
        for (Script script : Script.values()) {
            ready = ready.compose(
                    done -> open.send(Request.cmd(Command.SCRIPT).arg("LOAD").arg(script.text())));
        }
        return ready.compose(done -> open.send(RedisSessions.anyCommand())).compose(done -> checkSecret(open));
    }

    /** The client itself logs in only if Redis's default user requires it. */
    private Future<Response> logIn(RedisConnection open) {
        if (access.password().isEmpty()) {
            return Future.succeededFuture();
        }
        Request login = Request.cmd(Command.AUTH);
        access.address().user().ifPresent(login::arg);
        return open.send(login.arg(access.password().get()));
    }

    /** Fails if the sessions in this Redis are sealed with another secret. */
    private Future<Void> checkSecret(RedisConnection open) {
        String fingerprint = access.secret().fingerprint();
        // A full Redis refuses SET, but not the others.
        Future<Response> renewed = open.send(
                Request.cmd(Command.EXPIRE).arg(RedisSessions.SECRET_KEY).arg(SECRET_SECONDS));
        return renewed.compose(known -> known.toInteger() == 1
                        ? Future.succeededFuture()
                        : open.send(Request.cmd(Command.SET)
                                .arg(RedisSessions.SECRET_KEY)
                                .arg(fingerprint)
                                .arg("NX")
                                .arg("EX")
                                .arg(SECRET_SECONDS)))
                .compose(done -> open.send(Request.cmd(Command.GET).arg(RedisSessions.SECRET_KEY)))
                .compose(theirs -> theirs != null && theirs.toString().equals(fingerprint)
                        ? Future.succeededFuture()
                        : Future.failedFuture(new OtherSecretException()));
    }

    private void available(RedisConnection open) {
        if (closed) {
            discard(open);
            return;
        }
        open.exceptionHandler(cause -> {
            LOG.debug("an error ends the connection to Redis", cause);
            lost(open, new ConnectionEndedException());
        });
        open.endHandler(end -> lost(open, new ConnectionEndedException()));
        connection = open;
        evicted = -1;
        error = null;
        isPinging = false;
        loggedReason = "";
        LOG.infof("sessions at %s", where);
        firstAttempt.tryComplete();
    }

    private void lost(RedisConnection open, Throwable cause) {
        if (connection == open) {
            connection = null;
            discard(open);
            unavailable(cause);
        }
    }

    private void unavailable(Throwable cause) {
        if (closed) {
            return;
        }
        LOG.debug("no connection to Redis", cause);
        reason = RedisFailure.describe(cause, access);
        if (cause instanceof OtherSecretException && !firstAttempt.future().isComplete()) {
            LOG.errorf("%s", reason);
            closed = true;
            firstAttempt.tryComplete();
            otherSecretAtStart.run();
            return;
        }
        if (!reason.equals(loggedReason)) {
            loggedReason = reason;
            LOG.warnf("no sessions: %s; refusing requests", reason);
        }
        firstAttempt.tryComplete();
        vertx.setTimer(RETRY_MILLIS, now -> connect());
    }

    /**
     * Makes Redis end a connection. The client's own {@code close} would keep it for the next attempt. If
     * Redis does not answer, the connection ends after {@link #TIMEOUT}.
     */
    private static void discard(RedisConnection open) {
        open.exceptionHandler(null);
        open.endHandler(null);
        open.send(Request.cmd(Command.QUIT));
    }

    private void commandFailed(RedisConnection open, Throwable cause) {
        if (!(cause instanceof ErrorType refusal) || RedisFailure.isConnectionEnd(refusal)) {
            // The connection has ended, or is about to.
            return;
        }
        vertx.runOnContext(now -> {
            if (NEED_NEW_CONNECTION.stream().anyMatch(refusal::is)) {
                lost(open, cause);
            } else {
                refused(cause);
            }
        });
    }

    private void refused(Throwable cause) {
        long now = System.nanoTime();
        error = new CommandError(RedisFailure.describe(cause, access), now);
        if (!wasErrorLogged || now - errorLoggedNanos > ERROR_LOG_PAUSE.toNanos()) {
            wasErrorLogged = true;
            errorLoggedNanos = now;
            LOG.warnf("no sessions: %s; refusing requests", error.problem());
        }
    }

    /**
     * Ends a connection whose commands wait for too long. The answers to pings also keep an idle connection from
     * ending.
     */
    private void ping() {
        RedisConnection open = connection;
        if (open == null) {
            return;
        }
        if (isPinging) {
            if (System.nanoTime() - oldestPingNanos > TIMEOUT.toNanos()) {
                lost(open, new ConnectionEndedException());
            }
            return;
        }
        isPinging = true;
        oldestPingNanos = System.nanoTime();
        open.send(Request.cmd(Command.PING))
                .onSuccess(pong -> isPinging = false)
                .onFailure(cause -> {
                    // An error is an answer, too.
                    isPinging = !(cause instanceof ErrorType refusal) || RedisFailure.isConnectionEnd(refusal);
                    commandFailed(open, cause);
                });
    }

    private void count() {
        RedisConnection open = connection;
        if (open != null) {
            checkSecret(open).onFailure(cause -> {
                if (cause instanceof OtherSecretException) {
                    lost(open, cause);
                } else {
                    commandFailed(open, cause);
                }
            });
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
            discard(open);
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
