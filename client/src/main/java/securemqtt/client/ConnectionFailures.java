package securemqtt.client;

import java.io.IOException;
import securemqtt.broker.ConnectFailure;
import securemqtt.broker.ConnectRefusal;
import securemqtt.client.mqtt.MalformedPacketException;

/** Explains to the user why a connection to a broker failed. */
final class ConnectionFailures {
    private static final String NOT_MQTT_HINT =
            "check that -p is an MQTT broker's port, and whether that is one for TLS";

    private final Broker broker;

    ConnectionFailures(Broker broker) {
        this.broker = broker;
    }

    /** No TCP connection could be opened. */
    Failure unreachable(IOException cause) {
        return ConnectFailure.of(cause, broker.host(), broker.port())
                .map(failure -> unreachable(failure.problem(), hint(failure.kind())))
                .orElseGet(this::hungUp);
    }

    private static String hint(ConnectFailure.Kind kind) {
        return switch (kind) {
            case UNKNOWN_HOST -> "check that -h names the broker's host and that this computer is online";
            case NO_ANSWER -> "a firewall may be in between; check that -h and -p are right";
            case REFUSED -> "start a broker there, or name another one with -h and -p";
            case NO_ROUTE -> "check that -h is right and that this computer is online";
        };
    }

    /** The connection failed after TCP connected and before the broker accepted. */
    Failure notAccepted(IOException cause) {
        return TlsFailures.explain(cause, broker.toString())
                .orElseGet(() -> cause instanceof MalformedPacketException
                        ? unreachable(broker + " does not speak MQTT", NOT_MQTT_HINT)
                        : hungUp());
    }

    /** The broker closed the connection without an answer. */
    Failure hungUp() {
        return unreachable(broker + " closed the connection before accepting it", NOT_MQTT_HINT);
    }

    /**
     * The broker refused the connection.
     *
     * @param code the return code of CONNACK, not 0 (MQTT 3.1.1, section 3.2.2.3); unknown codes are allowed
     */
    Failure refused(int code) {
        boolean hasLogin = broker.login().isPresent();
        return switch (ConnectRefusal.of(code)) {
            case PROTOCOL_VERSION -> refused("it does not speak MQTT 3.1.1", "name another broker with -h and -p");
            case CLIENT_IDENTIFIER ->
                refused(
                        "it does not allow this NetID as client identifier",
                        "check that NETID is right, or ask the broker's operator");
            case USER_NAME_OR_PASSWORD ->
                hasLogin
                        ? refused(
                                "it does not accept this user name and password",
                                "check that --username and its password are right")
                        : refused(
                                "it requires a user name and password",
                                "give them with --username and --password-file");
            case NOT_AUTHORIZED ->
                refused(
                        "this client is not authorized",
                        hasLogin
                                ? "check that --username and its password are right, or ask the broker's operator"
                                : "it may require --username and a password; if not, ask the broker's operator");
            case UNAVAILABLE ->
                unreachable(
                        broker + " refused the connection: it is unavailable",
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

    /** The connection ended after the broker accepted it. */
    Failure lost() {
        return new Failure(
                ExitCode.BROKER_UNREACHABLE,
                "the connection to the broker at " + broker + " was lost",
                "try again; if it happens again, check that no second client uses the same NetID");
    }

    /** The connection failed with an exception after the broker accepted it. */
    Failure lost(IOException cause) {
        if (cause instanceof MalformedPacketException) {
            return new Failure(
                    ExitCode.BROKER_UNREACHABLE,
                    "the connection to " + broker + " was closed: the broker sent invalid MQTT",
                    "try again");
        }
        // In TLS 1.3 an alert of the broker can arrive after the client's handshake is complete.
        return TlsFailures.explain(cause, broker.toString()).orElseGet(this::lost);
    }
}
