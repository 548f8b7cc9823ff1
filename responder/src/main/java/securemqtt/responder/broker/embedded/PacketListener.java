package securemqtt.responder.broker.embedded;

import io.netty.handler.codec.mqtt.MqttMessage;
import java.time.Duration;

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

    /** How long the broker holds a packet back before it sends it. Later packets may overtake it. */
    default Duration delay(long connection, MqttMessage packet) {
        return Duration.ZERO;
    }

    /** The broker sends a packet to a client. */
    void sent(long connection, MqttMessage packet);

    /** The connection has ended. There are no more packets. */
    void closed(long connection);
}
