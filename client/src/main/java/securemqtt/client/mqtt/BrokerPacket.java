package securemqtt.client.mqtt;

import java.util.List;

/** A packet from a broker, as {@link PacketReader} reads it. Sections are those of MQTT 3.1.1. */
public sealed interface BrokerPacket {
    /**
     * CONNACK (section 3.2).
     *
     * @param returnCode 0 if the broker accepts the connection, otherwise the reason, up to 255 (section 3.2.2.3)
     */
    record ConnectAcknowledgement(int returnCode) implements BrokerPacket {}

    /**
     * SUBACK (section 3.9).
     *
     * @param packetId in 1..65535
     * @param returnCodes one for each topic, in 0..255 and not checked: the granted QoS 0, 1 or 2, or 128 for a
     *     refusal (section 3.9.3)
     */
    record SubscribeAcknowledgement(int packetId, List<Integer> returnCodes) implements BrokerPacket {}

    /**
     * PUBLISH (section 3.3).
     *
     * @param payload cut to the length that the reader keeps; may be empty
     * @param retained whether the broker stored the message before this client subscribed (section 3.3.1.3)
     * @param packetId 0 at QoS 0; in 1..65535 at QoS 1, for the acknowledgement
     */
    record Message(String topic, byte[] payload, boolean retained, int packetId) implements BrokerPacket {}

    /**
     * PUBACK, which acknowledges a message that the client published (section 3.4).
     *
     * @param packetId in 1..65535
     */
    record MessageAcknowledgement(int packetId) implements BrokerPacket {}

    /** PINGRESP, the answer to a PINGREQ (section 3.13). */
    record Pong() implements BrokerPacket {}
}
