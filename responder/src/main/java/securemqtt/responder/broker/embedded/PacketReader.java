package securemqtt.responder.broker.embedded;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/**
 * Splits the bytes of a connection into MQTT packets, and passes on only whole packets within the size limits.
 * Artemis takes packets of any size, and HTTP. Here the first packet must be a CONNECT (MQTT 3.1.1, sections 2.2 and
 * 3.1).
 */
final class PacketReader extends ByteToMessageDecoder {
    /** The largest PUBLISH, without its fixed header: the limit that the responder sets for its own MQTT library. */
    static final int MAX_PUBLISH_BYTES = 4 << 20;
    /** The largest other packet, without its fixed header. A CONNECT has up to five fields of 64 KiB. */
    static final int MAX_OTHER_BYTES = 512 << 10;
    /**
     * The most bytes of properties in a PUBLISH (MQTT 5, section 3.3.2.3). In memory they take twenty times as much.
     */
    static final int MAX_PROPERTIES_BYTES = 64 << 10;

    private static final int CONNECT = 1;
    private static final int PUBLISH = 3;
    private static final int MQTT_5 = 5;
    private static final int CONTINUATION_BIT = 0x80;
    private static final int VALUE_MASK = 0x7f;
    private static final int VALUE_BITS = 7;
    private static final int MAX_LENGTH_BYTES = 4;

    private final UnfinishedPackets unfinished;
    private final Consumer<Channel> onConnect;
    private final Consumer<BrokerEvent> log;
    private int version;
    private boolean isClosed;
    private boolean isWaiting = true;

    /**
     * @param onConnect called once the CONNECT is complete, to add the handlers for it
     * @param log receives an event when the connection is closed
     */
    PacketReader(UnfinishedPackets unfinished, Consumer<Channel> onConnect, Consumer<BrokerEvent> log) {
        this.unfinished = unfinished;
        this.onConnect = onConnect;
        this.log = log;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (isClosed) {
            in.skipBytes(in.readableBytes());
            return;
        }
        int start = in.readerIndex();
        int type = in.getUnsignedByte(start) >> 4;
        if (version == 0 && in.getUnsignedByte(start) != CONNECT << 4) {
            close(context, BrokerEvent.NOT_MQTT);
            return;
        }
        int body = variableInteger(in, start + 1, in.writerIndex());
        if (body < 0) {
            if (in.readableBytes() > MAX_LENGTH_BYTES) {
                close(context, BrokerEvent.MALFORMED);
            }
            return;
        }
        int length = value(in, start + 1, body);
        if (length > (type == PUBLISH ? MAX_PUBLISH_BYTES : MAX_OTHER_BYTES)) {
            close(context, BrokerEvent.TOO_LARGE);
            return;
        }
        int size = body - start + length;
        if (in.readableBytes() < size) {
            return;
        }
        if (version == 0) {
            version = version(in, body, length);
            if (version < 0) {
                close(context, BrokerEvent.NOT_MQTT);
                return;
            }
            onConnect.accept(context.channel());
        } else if (version == MQTT_5 && type == PUBLISH && properties(in, start, body, length) > MAX_PROPERTIES_BYTES) {
            close(context, BrokerEvent.TOO_MANY_PROPERTIES);
            return;
        }
        if (isWaiting) {
            isWaiting = false;
            unfinished.stopWaiting(context.channel());
        }
        out.add(in.readRetainedSlice(size));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        super.channelRead(context, message);
        int waiting = actualReadableBytes();
        if (waiting > 0 && !isClosed) {
            isWaiting = true;
            unfinished.update(context.channel(), waiting);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        isClosed = true;
        super.channelInactive(context);
        unfinished.stopWaiting(context.channel());
    }

    private void close(ChannelHandlerContext context, BrokerEvent reason) {
        isClosed = true;
        log.accept(reason);
        context.close();
    }

    /** @return the index after the variable byte integer that begins at {@code from}, or -1 if it is incomplete */
    private static int variableInteger(ByteBuf in, int from, int limit) {
        for (int i = from; i < limit && i < from + MAX_LENGTH_BYTES; i++) {
            if ((in.getByte(i) & CONTINUATION_BIT) == 0) {
                return i + 1;
            }
        }
        return -1;
    }

    private static int value(ByteBuf in, int from, int end) {
        int value = 0;
        for (int i = end - 1; i >= from; i--) {
            value = value << VALUE_BITS | in.getByte(i) & VALUE_MASK;
        }
        return value;
    }

    /** @return the version of the protocol, or -1 if Artemis does not know it */
    private static int version(ByteBuf in, int body, int length) {
        for (String protocol : List.of("MQTT", "MQIsdp")) {
            int name = protocol.length();
            if (length > 2 + name
                    && in.getUnsignedShort(body) == name
                    && protocol.equals(in.toString(body + 2, name, StandardCharsets.US_ASCII))) {
                return Math.max(1, in.getUnsignedByte(body + 2 + name));
            }
        }
        return -1;
    }

    /** @return the length of the properties of a PUBLISH; 0 if it is malformed, as a later check refuses it */
    private static int properties(ByteBuf in, int start, int body, int length) {
        int end = body + length;
        boolean hasIdentifier = (in.getByte(start) & 0b110) != 0;
        if (length < 2) {
            return 0;
        }
        int from = body + 2 + in.getUnsignedShort(body) + (hasIdentifier ? 2 : 0);
        int after = variableInteger(in, from, end);
        return after < 0 ? 0 : value(in, from, after);
    }
}
