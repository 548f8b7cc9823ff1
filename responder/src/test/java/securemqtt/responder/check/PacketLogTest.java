package securemqtt.responder.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.util.List;
import org.junit.jupiter.api.Test;

class PacketLogTest {
    private final PacketLog log = new PacketLog();

    @Test
    void aFloodIsRecordedToALimitAndTheEndOfItsConnectionStill() {
        log.received(1, message(1));
        for (int i = 0; i < 20_000; i++) {
            log.received(1, message(1));
        }
        log.received(2, message(1));
        log.closed(1);
        log.closed(2);

        List<Packet> packets = log.packets();
        assertEquals(10_001, packets.size());
        assertEquals(Packet.Type.CLOSE, packets.get(10_000).type());
        assertEquals(1, packets.get(10_000).connection());
    }

    @Test
    void largeMessagesAreRecordedToALimit() {
        for (int i = 0; i < 100; i++) {
            log.received(1, message(1 << 20));
        }

        assertEquals(32, log.packets().size());
    }

    private static MqttMessage message(int length) {
        return MqttMessageBuilders.publish()
                .topicName("le0nh4rt/key-exchange/request")
                .qos(MqttQoS.AT_LEAST_ONCE)
                .messageId(1)
                .payload(Unpooled.wrappedBuffer(new byte[length]))
                .build();
    }
}
