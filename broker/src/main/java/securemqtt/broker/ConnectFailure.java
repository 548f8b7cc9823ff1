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
 * Why there is no TCP connection to a broker, in the user's words.
 *
 * @param problem one line without a full stop; it names the broker, and all addresses that were tried if there are several
 */
public record ConnectFailure(Kind kind, String problem) {
    /** What a hint can be given for. */
    public enum Kind {
        UNKNOWN_HOST,
        NO_ANSWER,
        REFUSED,
        NO_ROUTE
    }

    /**
     * Empty if the failure came after TCP.
     *
     * @param cause what connecting failed with
     * @param host as the user wrote it
     * @param port between 1 and 65535
     */
    public static Optional<ConnectFailure> of(Throwable cause, String host, int port) {
        if (cause instanceof UnknownHostException) {
            return Optional.of(new ConnectFailure(Kind.UNKNOWN_HOST, "no host is known by the name " + host));
        }
        String broker = at(host, port);
        if (cause instanceof UnreachableException unreachable) {
            return Optional.of(ofSeveral(unreachable.attempts(), broker));
        }
        return kind(cause).map(kind -> new ConnectFailure(kind, inWords(kind, broker)));
    }

    /** Where a broker is: an IPv6 address gets brackets, as it has colons of its own. */
    public static String at(String host, int port) {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    private static ConnectFailure ofSeveral(List<UnreachableException.Attempt> attempts, String broker) {
        List<Kind> kinds = attempts.stream()
                .map(attempt -> kind(attempt.cause()).orElse(Kind.NO_ROUTE))
                .toList();
        // The one that a hint helps with most: who does not answer may be there.
        Kind kind = Stream.of(Kind.NO_ANSWER, Kind.REFUSED)
                .filter(kinds::contains)
                .findFirst()
                .orElse(Kind.NO_ROUTE);
        if (kinds.stream().distinct().count() == 1) {
            String addresses =
                    attempts.stream().map(attempt -> text(attempt.address())).collect(Collectors.joining(", "));
            return new ConnectFailure(kind, inWords(kind, broker) + " (tried " + addresses + ")");
        }
        String each = attempts.stream()
                .map(attempt -> inWords(kind(attempt.cause()).orElse(Kind.NO_ROUTE), text(attempt.address())))
                .collect(Collectors.joining(", "));
        return new ConnectFailure(kind, broker + " cannot be reached: " + each);
    }

    /** Of IPv6 with zeros left out (RFC 5952, section 4.2). */
    private static String text(InetAddress address) {
        return address.getHostAddress().replaceFirst("(^|:)0(:0)+(:|$)", "::");
    }

    private static Optional<Kind> kind(Throwable cause) {
        // Java has the one type for a refusal, for a timeout, and for a network that cannot be reached.
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

    private static String inWords(Kind kind, String where) {
        return switch (kind) {
            case NO_ANSWER -> where + " does not answer";
            case REFUSED -> "nothing listens at " + where;
            case NO_ROUTE -> "there is no way to " + where + " from this computer";
            case UNKNOWN_HOST -> throw new IllegalArgumentException("not the failure of an address");
        };
    }
}
