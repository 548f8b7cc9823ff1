package securemqtt.broker;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Explains to the user why there is no TCP connection to a broker.
 *
 * @param problem one line without a full stop. It names the broker, and its addresses if it has several.
 */
public record ConnectFailure(Kind kind, String problem) {
    /** The kinds of failures. Each may have a hint of its own. */
    public enum Kind {
        UNKNOWN_HOST,
        NO_ANSWER,
        REFUSED,
        NO_ROUTE
    }

    /**
     * Explains a failed connection attempt. The result is empty if TCP was connected already.
     *
     * @param cause the exception of the attempt
     * @param host as the user wrote it
     * @param port between 1 and 65535
     */
    public static Optional<ConnectFailure> of(Throwable cause, String host, int port) {
        if (cause instanceof UnknownHostException) {
            return Optional.of(new ConnectFailure(Kind.UNKNOWN_HOST, "unknown host " + host));
        }
        String broker = at(host, port);
        if (cause instanceof UnreachableException unreachable) {
            return Optional.of(ofSeveral(unreachable.attempts(), broker));
        }
        return kind(cause).map(kind -> new ConnectFailure(kind, describe(kind, broker)));
    }

    /** Joins host and port. An IPv6 address gets brackets, because it contains colons. */
    public static String at(String host, int port) {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    private static ConnectFailure ofSeveral(List<UnreachableException.Attempt> attempts, String broker) {
        List<Kind> kinds = attempts.stream()
                .map(attempt -> kind(attempt.cause()).orElse(Kind.NO_ROUTE))
                .toList();
        // A hint helps most with these kinds, in this order: a host that does not answer may still be running.
        Kind kind = Stream.of(Kind.NO_ANSWER, Kind.REFUSED)
                .filter(kinds::contains)
                .findFirst()
                .orElse(Kind.NO_ROUTE);
        if (kinds.stream().distinct().count() == 1) {
            String addresses =
                    attempts.stream().map(attempt -> text(attempt.address())).collect(Collectors.joining(", "));
            return new ConnectFailure(kind, describe(kind, broker) + " (tried " + addresses + ")");
        }
        String each = attempts.stream()
                .map(attempt -> describe(kind(attempt.cause()).orElse(Kind.NO_ROUTE), text(attempt.address())))
                .collect(Collectors.joining(", "));
        return new ConnectFailure(kind, broker + " cannot be reached: " + each);
    }

    /** The text of an address. In IPv6, :: replaces a run of zeros (RFC 5952, section 4.2). */
    private static String text(InetAddress address) {
        return address.getHostAddress().replaceFirst("(^|:)0(:0)+(:|$)", "::");
    }

    private static Optional<Kind> kind(Throwable cause) {
        // Java uses this type for a refusal, for a timeout, and for an unreachable network.
        String message = cause instanceof ConnectException ? String.valueOf(cause.getMessage()) : "";
        if (cause instanceof SocketTimeoutException
                || message.toLowerCase(Locale.ROOT).startsWith("connection timed out")) {
            return Optional.of(Kind.NO_ANSWER);
        }
        if (message.startsWith("Connection refused")) {
            return Optional.of(Kind.REFUSED);
        }
        return cause instanceof SocketException ? Optional.of(Kind.NO_ROUTE) : Optional.empty();
    }

    private static String describe(Kind kind, String where) {
        return switch (kind) {
            case NO_ANSWER -> where + " does not answer";
            case REFUSED -> "nothing listens at " + where;
            case NO_ROUTE -> "no route to " + where + " from this computer";
            case UNKNOWN_HOST -> throw new IllegalArgumentException("not the failure of an address");
        };
    }
}
