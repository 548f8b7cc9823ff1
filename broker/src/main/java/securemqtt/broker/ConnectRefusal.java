package securemqtt.broker;

/**
 * Why a broker refused a connection. The codes are those of MQTT 3.1.1 (table 3.1) and of MQTT 5 (section 3.2.2.2),
 * because some brokers answer with codes of MQTT 5 whatever version the client speaks.
 */
public enum ConnectRefusal {
    PROTOCOL_VERSION,
    CLIENT_IDENTIFIER,
    USER_NAME_OR_PASSWORD,
    NOT_AUTHORIZED,
    /** The broker may accept the connection a moment later. */
    UNAVAILABLE,
    OTHER;

    /** @param code in 1..255 */
    public static ConnectRefusal of(int code) {
        return switch (code) {
            case 0x01, 0x84 -> PROTOCOL_VERSION;
            case 0x02, 0x85 -> CLIENT_IDENTIFIER;
            case 0x04, 0x86 -> USER_NAME_OR_PASSWORD;
            // Not authorized; banned.
            case 0x05, 0x87, 0x8a -> NOT_AUTHORIZED;
            // Unavailable; busy; quota exceeded; connection rate exceeded.
            case 0x03, 0x88, 0x89, 0x97, 0x9f -> UNAVAILABLE;
            default -> OTHER;
        };
    }

    /** Describes a reason that has no name here by its code. */
    public static String inWords(int code) {
        return String.format("it gave the reason code 0x%02x", code);
    }
}
