package securemqtt.broker;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;

/**
 * Why a broker refused a connection: MQTT 3.1.1, table 3.1, and what a broker answers that goes by MQTT 5, section 3.2.2.2,
 * whatever version it was asked in.
 */
public enum ConnectRefusal {
    PROTOCOL_VERSION,
    CLIENT_IDENTIFIER,
    USER_NAME_OR_PASSWORD,
    NOT_AUTHORIZED,
    /** It may be another one a moment later. */
    UNAVAILABLE,
    OTHER;

    /** @param code of a connection that was not accepted */
    public static ConnectRefusal of(MqttConnectReturnCode code) {
        return switch (code) {
            case CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION, CONNECTION_REFUSED_UNSUPPORTED_PROTOCOL_VERSION ->
                PROTOCOL_VERSION;
            case CONNECTION_REFUSED_IDENTIFIER_REJECTED, CONNECTION_REFUSED_CLIENT_IDENTIFIER_NOT_VALID ->
                CLIENT_IDENTIFIER;
            case CONNECTION_REFUSED_BAD_USER_NAME_OR_PASSWORD, CONNECTION_REFUSED_BAD_USERNAME_OR_PASSWORD ->
                USER_NAME_OR_PASSWORD;
            case CONNECTION_REFUSED_NOT_AUTHORIZED, CONNECTION_REFUSED_NOT_AUTHORIZED_5, CONNECTION_REFUSED_BANNED ->
                NOT_AUTHORIZED;
            case CONNECTION_REFUSED_SERVER_UNAVAILABLE,
                    CONNECTION_REFUSED_SERVER_UNAVAILABLE_5,
                    CONNECTION_REFUSED_SERVER_BUSY,
                    CONNECTION_REFUSED_QUOTA_EXCEEDED,
                    CONNECTION_REFUSED_CONNECTION_RATE_EXCEEDED -> UNAVAILABLE;
            default -> OTHER;
        };
    }

    /** A reason for which there are no words, by its number in the standard. */
    public static String inWords(MqttConnectReturnCode code) {
        return String.format("it gave the reason code 0x%02x", code.byteValue() & 0xff);
    }
}
