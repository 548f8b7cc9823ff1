package securemqtt.client.mqtt;

import java.util.List;

/** A packet that a broker sends, as {@link PacketReader} reads it. */
public sealed interface BrokerPacket {
    /** @param returnCode 0 if the broker accepts the connection (MQTT 3.1.1, section 3.2.2.3) */
    record ConnectAcknowledgement(int returnCode) implements BrokerPacket {}

    /** @param returnCodes for each topic: 0, 1 or 2 for the QoS granted, 128 and more for a refusal (section 3.9.3) */
    record SubscribeAcknowledgement(int packetId, List<Integer> returnCodes) implements BrokerPacket {}

    /**
     * A message (section 3.3).
     *
     * @param payload its beginning, if it is longer than the reader was told to keep
     * @param packetId 0 at QoS 0; at QoS 1 it is to be acknowledged
     */
    record Message(String topic, byte[] payload, boolean retained, int packetId) implements BrokerPacket {}

    /** Of a message of ours (section 3.4). */
    record MessageAcknowledgement(int packetId) implements BrokerPacket {}

    /** The answer to a PINGREQ (section 3.13). */
    record Pong() implements BrokerPacket {}
}
