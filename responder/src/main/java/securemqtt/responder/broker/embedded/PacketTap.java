package securemqtt.responder.broker.embedded;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.mqtt.MqttMessage;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Shows a connection's packets to a listener, as the client sent them, before any check. */
final class PacketTap extends ChannelDuplexHandler {
    private static final AtomicLong CONNECTIONS = new AtomicLong();

    private final PacketListener listener;
    private final long connection = CONNECTIONS.incrementAndGet();

    PacketTap(PacketListener listener) {
        this.listener = listener;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object packet) {
        if (((MqttMessage) packet).decoderResult().isSuccess()) {
            listener.received(connection, (MqttMessage) packet);
        }
        context.fireChannelRead(packet);
    }

    @Override
    public void write(ChannelHandlerContext context, Object packet, ChannelPromise promise) {
        if (!(packet instanceof MqttMessage message)) {
            context.write(packet, promise);
            return;
        }
        Duration delay = listener.delay(connection, message);
        if (delay.isZero()) {
            listener.sent(connection, message);
            context.write(packet, promise);
            return;
        }
        Runnable later = () -> {
            listener.sent(connection, message);
            context.writeAndFlush(packet, promise);
        };
        context.executor().schedule(later, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        listener.closed(connection);
        context.fireChannelInactive();
    }
}
