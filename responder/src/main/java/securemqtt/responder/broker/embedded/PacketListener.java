package securemqtt.responder.broker.embedded;

import io.netty.handler.codec.mqtt.MqttMessage;

/**
 * Hears of the packets of every connection to the embedded broker, in their order. The broker's threads call it, those
 * of one connection one after another, so it must return at once. It must not change or keep a packet, whose buffers
 * are reused.
 */
public interface PacketListener {
    /**
     * A client sent a packet.
     *
     * @param connection the number of the connection, unique within the broker
     */
    void received(long connection, MqttMessage packet);

    /** The broker sends a packet to a client. */
    void sent(long connection, MqttMessage packet);

    /** The connection has ended. There are no more packets. */
    void closed(long connection);
}
