package securemqtt.client;

import java.io.IOException;
import securemqtt.broker.ConnectFailure;
import securemqtt.broker.ConnectRefusal;
import securemqtt.client.mqtt.MalformedPacketException;

/** What it means to the user that a connection to a broker failed. */
final class ConnectionFailures {
    private static final String NOT_MQTT_HINT = "see that -p is an MQTT broker's port, and whether that is one for TLS";

    private final Broker broker;

    ConnectionFailures(Broker broker) {
        this.broker = broker;
    }

    /** There is no TCP connection. */
    Failure unreachable(IOException cause) {
        return ConnectFailure.of(cause, broker.host(), broker.port())
                .map(failure -> unreachable(failure.problem(), hint(failure.kind())))
                .orElseGet(this::hungUp);
    }

    private static String hint(ConnectFailure.Kind kind) {
        return switch (kind) {
            case UNKNOWN_HOST -> "see that -h names the broker's host and that this computer is online";
            case NO_ANSWER -> "a firewall may be in between; see that -h and -p are right";
            case REFUSED -> "start a broker there, or name another one with -h and -p";
            case NO_ROUTE -> "see that -h is right and that this computer is online";
        };
    }

    /** A TCP connection failed before the broker had accepted it. */
    Failure notAccepted(IOException cause) {
        return TlsFailures.explain(cause, broker.toString())
                .orElseGet(() -> cause instanceof MalformedPacketException
                        ? unreachable(broker + " does not speak MQTT", NOT_MQTT_HINT)
                        : hungUp());
    }

    /** The broker closed the connection in place of accepting it. */
    Failure hungUp() {
        return unreachable(broker + " closed the connection before it accepted it", NOT_MQTT_HINT);
    }

    /** The broker refused the connection, for the reason of this code. */
    Failure refused(int code) {
        boolean hasLogin = broker.login().isPresent();
        return switch (ConnectRefusal.of(code)) {
            case PROTOCOL_VERSION -> refused("it does not speak MQTT 3.1.1", "name another broker with -h and -p");
            case CLIENT_IDENTIFIER ->
                refused(
                        "it does not allow this NetID as client identifier",
                        "see that NETID is right, or ask the broker's operator");
            case USER_NAME_OR_PASSWORD ->
                hasLogin
                        ? refused(
                                "it does not accept this user name and password",
                                "see that --username and its password are right")
                        : refused("it wants a user name and password", "give them with --username and --password-file");
            case NOT_AUTHORIZED ->
                refused(
                        "it does not allow this client in",
                        hasLogin
                                ? "see that --username and its password are right, or ask the broker's operator"
                                : "it may want --username and a password; if not, ask the broker's operator");
            case UNAVAILABLE ->
                unreachable(
                        broker + " refused the connection: it is not available at present",
                        "try again later, or name another broker with -h and -p");
            case OTHER -> refused(ConnectRefusal.inWords(code), "ask the broker's operator");
        };
    }

    private Failure refused(String reason, String hint) {
        return new Failure(
                ExitCode.BROKER_REFUSED,
                "connecting to the broker: " + broker + " refused the connection: " + reason,
                hint);
    }

    private static Failure unreachable(String problem, String hint) {
        return new Failure(ExitCode.BROKER_UNREACHABLE, "connecting to the broker: " + problem, hint);
    }

    /** The broker, or the way to it, was there and is gone. */
    Failure lost() {
        return new Failure(
                ExitCode.BROKER_UNREACHABLE,
                "the connection to the broker at " + broker + " was lost",
                "try again; if it goes on, see that no second client runs with the same NetID");
    }

    /** The connection failed after the broker had accepted it. */
    Failure lost(IOException cause) {
        if (cause instanceof MalformedPacketException) {
            return new Failure(
                    ExitCode.BROKER_UNREACHABLE,
                    "the connection to " + broker + " broke off: what came was not MQTT",
                    "try again");
        }
        // Some of what TLS has to refuse comes only after the handshake.
        return TlsFailures.explain(cause, broker.toString()).orElseGet(this::lost);
    }
}
