package securemqtt.responder.redis;

import io.vertx.redis.client.impl.types.ErrorType;
import java.net.SocketException;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import securemqtt.broker.CertificateProblem;
import securemqtt.broker.ConnectFailure;
import securemqtt.responder.exchange.SessionsSecret;
import securemqtt.responder.settings.SessionsAccess;

/** Explains to the operator why there is no Redis. */
final class RedisFailure {
    private RedisFailure() {}

    /** One line without a full stop. */
    static String describe(Throwable cause, SessionsAccess access) {
        String host = access.address().host();
        int port = access.address().port();
        String redis = ConnectFailure.at(host, port);
        if (cause instanceof RedisLink.OtherSecretException) {
            return "the responders that share " + redis + " use another secret than " + SessionsSecret.OPTION;
        }
        if (causes(cause)
                .anyMatch(one -> one instanceof RedisLink.ConnectionEndedException
                        || one instanceof ErrorType refusal && isConnectionEnd(refusal))) {
            return redis + " closed the connection, or does not answer";
        }
        String notRedis = redis + " closed the connection, or does not speak Redis's protocol"
                + (access.address().tls() ? "" : "; if it requires TLS, use rediss://");
        if (causes(cause).anyMatch(RedisFailure::isReset)) {
            return notRedis;
        }
        Optional<ConnectFailure> failure = causes(cause)
                .flatMap(one -> ConnectFailure.of(one, host, port).stream())
                .findFirst();
        if (failure.isPresent()) {
            return failure.get().problem();
        }
        Optional<ErrorType> error = causes(cause)
                .filter(ErrorType.class::isInstance)
                .map(ErrorType.class::cast)
                .findFirst();
        if (error.isPresent()) {
            return redis + " " + refusal(error.get(), access);
        }
        if (causes(cause).anyMatch(SSLException.class::isInstance)) {
            return CertificateProblem.of(cause)
                    .map(problem -> redis + " showed a certificate " + problem.clause())
                    .orElse("the TLS handshake with " + redis + " failed; this may not be a TLS port");
        }
        return notRedis;
    }

    /** Whether the client made this error because the connection has ended. */
    static boolean isConnectionEnd(ErrorType error) {
        return error.is("CONNECTION_CLOSED");
    }

    /**
     * The same error without the arguments of the command. Redis repeats them for a command that it does not know, and
     * those of AUTH are secret.
     */
    static Throwable withoutArguments(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        int arguments = message.indexOf(" with args");
        return cause instanceof ErrorType && arguments >= 0 ? ErrorType.create(message.substring(0, arguments)) : cause;
    }

    /** Java has no type of its own for this. */
    private static boolean isReset(Throwable cause) {
        return cause instanceof SocketException
                && String.valueOf(cause.getMessage()).startsWith("Connection reset");
    }

    private static String refusal(ErrorType error, SessionsAccess access) {
        String message = String.valueOf(error.getMessage());
        if (error.is("NOAUTH")) {
            return "requires a password: use --sessions-password-file";
        }
        if (error.is("WRONGPASS") || message.contains("invalid password") || message.contains("without any password")) {
            return "does not accept this " + (access.address().user().isPresent() ? "user name and " : "") + "password";
        }
        if (error.is("NOPERM")) {
            return "does not allow this user a command of the responder: " + message;
        }
        if (error.is("READONLY")) {
            return "is a read-only replica; use the address of the primary";
        }
        if (error.is("LOADING")) {
            return "is still starting";
        }
        if (error.is("OOM")) {
            return "is full";
        }
        return "answers with an error: " + message;
    }

    private static Stream<Throwable> causes(Throwable throwable) {
        return Stream.iterate(throwable, cause -> cause != null, Throwable::getCause);
    }
}
