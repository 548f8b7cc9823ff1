package securemqtt.responder.broker.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FlowControlTest {
    private final List<BrokerEvent> events = new ArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel(new FlowControl(events::add));

    @Test
    void readsOnOnlyOnceArtemisHasHandledTheQueuedPackets() {
        channel.writeInbound(
                publish(FlowControl.MAX_UNHANDLED_BYTES / 2), publish(FlowControl.MAX_UNHANDLED_BYTES / 4));
        assertTrue(channel.config().isAutoRead());
        channel.writeInbound(publish(FlowControl.MAX_UNHANDLED_BYTES / 4));
        assertFalse(channel.config().isAutoRead());

        for (int i = 0; i < 3; i++) {
            ReferenceCountUtil.release(channel.readInbound());
        }
        assertFalse(channel.config().isAutoRead());
        MqttMessage checkpoint = channel.readInbound();
        assertEquals(MqttMessageType.AUTH, checkpoint.fixedHeader().messageType());
        ReferenceCountUtil.release(checkpoint);
        channel.runPendingTasks();

        assertTrue(channel.config().isAutoRead());
    }

    @Test
    void countsManySmallPacketsToo() {
        for (int i = 0; channel.config().isAutoRead() && i < 100_000; i++) {
            channel.writeInbound(publish(0));
        }

        assertFalse(channel.config().isAutoRead());
    }

    @Test
    void stopsReadingFromAClientThatDoesNotReadAndClosesItAfterATimeout() {
        channel.freezeTime();
        notReading();
        assertFalse(channel.config().isAutoRead());
        channel.advanceTimeBy(FlowControl.READ_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();

        assertEquals(List.of(BrokerEvent.NOT_READING), events);
        assertFalse(channel.isOpen());
    }

    @Test
    void keepsAClientThatReadsInTime() {
        channel.freezeTime();
        notReading();
        channel.advanceTimeBy(FlowControl.READ_TIMEOUT_SECONDS - 1, TimeUnit.SECONDS);
        channel.flush();
        channel.advanceTimeBy(2, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();

        assertEquals(List.of(), events);
        assertTrue(channel.config().isAutoRead());
    }

    private void notReading() {
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(10, 20));
        channel.write(Unpooled.buffer().writeZero(100));
        channel.runPendingTasks();
    }

    private static MqttMessage publish(int bytes) {
        return MqttMessageBuilders.publish()
                .topicName("a")
                .qos(MqttQoS.AT_MOST_ONCE)
                .payload(Unpooled.buffer().writeZero(bytes))
                .build();
    }
}
