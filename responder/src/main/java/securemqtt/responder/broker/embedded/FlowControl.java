package securemqtt.responder.broker.embedded;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Reads from a connection only as fast as Artemis handles its packets and the client reads the answers. Artemis would
 * queue both without limits. Closes the connection if the client stops reading for too long.
 */
final class FlowControl extends ChannelInboundHandlerAdapter {
    static final long READ_TIMEOUT_SECONDS = 30;
    /** How many bytes of packets Artemis may have that it has not handled yet. */
    static final int MAX_UNHANDLED_BYTES = 256 << 10;

    private static final int PACKET_BYTES = 512;
    private static final int SUBSCRIPTION_BYTES = 4096;

    private final Consumer<BrokerEvent> log;
    private int unhandled;
    private boolean isCheckpointPending;
    private Future<?> readTimeout;

    /** @param log receives an event when the connection is closed */
    FlowControl(Consumer<BrokerEvent> log) {
        this.log = log;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object packet) {
        unhandled += PACKET_BYTES;
        if (packet instanceof MqttPublishMessage message) {
            unhandled += message.payload().readableBytes();
        } else if (packet instanceof MqttSubscribeMessage message) {
            unhandled += message.payload().topicSubscriptions().size() * SUBSCRIPTION_BYTES;
        }
        context.fireChannelRead(packet);
        if (unhandled > MAX_UNHANDLED_BYTES && !isCheckpointPending) {
            isCheckpointPending = true;
            int until = unhandled;
            context.fireChannelRead(new Checkpoint(() -> context.executor().execute(() -> handled(context, until))));
            updateAutoRead(context);
        }
    }

    private void handled(ChannelHandlerContext context, int until) {
        unhandled -= until;
        isCheckpointPending = false;
        updateAutoRead(context);
    }

    private void updateAutoRead(ChannelHandlerContext context) {
        context.channel()
                .config()
                .setAutoRead(!isCheckpointPending && context.channel().isWritable());
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (readTimeout != null) {
            readTimeout.cancel(false);
            readTimeout = null;
        }
        if (!context.channel().isWritable()) {
            readTimeout = context.executor().schedule(() -> close(context), READ_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        }
        updateAutoRead(context);
        context.fireChannelWritabilityChanged();
    }

    private void close(ChannelHandlerContext context) {
        log.accept(BrokerEvent.NOT_READING);
        context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (readTimeout != null) {
            readTimeout.cancel(false);
        }
        context.fireChannelInactive();
    }

    /**
     * A marker that follows the packets of a connection through Artemis, which keeps their order. Artemis ignores an
     * AUTH packet of this kind, and releases it.
     */
    private static final class Checkpoint extends MqttMessage implements ReferenceCounted {
        private final AbstractReferenceCounted count;

        Checkpoint(Runnable reached) {
            super(
                    new MqttFixedHeader(MqttMessageType.AUTH, false, MqttQoS.AT_MOST_ONCE, false, 2),
                    new MqttReasonCodeAndPropertiesVariableHeader((byte) 1, MqttProperties.NO_PROPERTIES));
            count = new AbstractReferenceCounted() {
                @Override
                protected void deallocate() {
                    reached.run();
                }

                @Override
                public ReferenceCounted touch(Object hint) {
                    return this;
                }
            };
        }

        @Override
        public int refCnt() {
            return count.refCnt();
        }

        @Override
        public ReferenceCounted retain() {
            count.retain();
            return this;
        }

        @Override
        public ReferenceCounted retain(int increment) {
            count.retain(increment);
            return this;
        }

        @Override
        public ReferenceCounted touch() {
            return this;
        }

        @Override
        public ReferenceCounted touch(Object hint) {
            return this;
        }

        @Override
        public boolean release() {
            return count.release();
        }

        @Override
        public boolean release(int decrement) {
            return count.release(decrement);
        }
    }
}
