package securemqtt.client.mqtt;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads packets from a broker (MQTT 3.1.1, sections 2 and 3). It refuses every packet that a broker must not send to
 * a client with clean sessions and QoS 0 and 1. It keeps only the beginning of a long message, so that a broker
 * cannot exhaust the memory.
 */
public final class PacketReader {
    private static final int CONNACK = 0x20;
    private static final int PUBLISH = 0x30;
    private static final int PUBACK = 0x40;
    private static final int SUBACK = 0x90;
    private static final int PINGRESP = 0xd0;

    /** The longest packet other than PUBLISH, in bytes after the fixed header. */
    private static final int MAX_RESPONSE_LENGTH = 1024;

    private static final int MAX_LENGTH_BYTES = 4;

    private final DataInputStream in;
    private final int maxPayloadLength;

    /** @param maxPayloadLength in bytes; a longer payload is cut to this length */
    public PacketReader(InputStream in, int maxPayloadLength) {
        this.in = new DataInputStream(in);
        this.maxPayloadLength = maxPayloadLength;
    }

    /**
     * Waits for the next packet.
     *
     * @return empty if the broker closed the connection between packets
     * @throws MalformedPacketException if the broker broke the rules of MQTT; the reader is of no use after that
     * @throws EOFException if the broker closed the connection within a packet
     * @throws IOException if the connection fails
     */
    public Optional<BrokerPacket> next() throws IOException {
        int firstByte = in.read();
        if (firstByte < 0) {
            return Optional.empty();
        }
        int type = firstByte & 0xf0;
        int length = remainingLength();
        if (type == PUBLISH) {
            return Optional.of(message(firstByte & 0x0f, length));
        }
        require(type == firstByte, "flags in a packet that has none");
        require(length <= MAX_RESPONSE_LENGTH, "an answer that is too long");
        ByteBuffer body = ByteBuffer.wrap(readBytes(length));
        return Optional.of(
                switch (type) {
                    case CONNACK -> connectAcknowledgement(body);
                    case SUBACK -> subscribeAcknowledgement(body);
                    case PUBACK -> {
                        require(length == 2, "a PUBACK of another length");
                        yield new BrokerPacket.MessageAcknowledgement(packetId(body.getShort()));
                    }
                    case PINGRESP -> {
                        require(length == 0, "a PINGRESP of another length");
                        yield new BrokerPacket.Pong();
                    }
                    default -> throw new MalformedPacketException("a packet that a broker does not send");
                });
    }

    /** The length of the packet after the fixed header, in up to four bytes of seven bits (section 2.2.3). */
    private int remainingLength() throws IOException {
        int length = 0;
        for (int i = 0; i < MAX_LENGTH_BYTES; i++) {
            int digit = in.readUnsignedByte();
            length |= (digit & 0x7f) << 7 * i;
            if (digit < 0x80) {
                return length;
            }
        }
        throw new MalformedPacketException("a length of more than four bytes");
    }

    private static BrokerPacket connectAcknowledgement(ByteBuffer body) throws IOException {
        require(body.remaining() >= 2, "a CONNACK that is too short");
        require((body.get() & 0xfe) == 0, "flags in a CONNACK");
        int returnCode = body.get() & 0xff;
        // A broker of a later version may refuse version 3.1.1 with the longer CONNACK of its own version.
        require(returnCode != 0 || !body.hasRemaining(), "more in a CONNACK than there may be");
        return new BrokerPacket.ConnectAcknowledgement(returnCode);
    }

    private static BrokerPacket subscribeAcknowledgement(ByteBuffer body) throws IOException {
        require(body.remaining() >= 3, "a SUBACK that is too short");
        int packetId = packetId(body.getShort());
        List<Integer> returnCodes = new ArrayList<>();
        while (body.hasRemaining()) {
            returnCodes.add(body.get() & 0xff);
        }
        return new BrokerPacket.SubscribeAcknowledgement(packetId, List.copyOf(returnCodes));
    }

    private BrokerPacket message(int flags, int length) throws IOException {
        int qos = flags >> 1 & 3;
        require(qos <= 1, "a message of a QoS that was not asked for");
        require(qos == 1 || (flags & 8) == 0, "a message of QoS 0 that comes again");
        require(length >= 2, "a PUBLISH that is too short");
        int topicLength = in.readUnsignedShort();
        int payloadLength = length - 2 - topicLength - 2 * qos;
        require(payloadLength >= 0, "a topic longer than its packet");
        String topic = topic(readBytes(topicLength));
        int packetId = qos == 0 ? 0 : packetId(in.readShort());
        byte[] payload = readBytes(Math.min(payloadLength, maxPayloadLength));
        in.skipNBytes(payloadLength - payload.length);
        return new BrokerPacket.Message(topic, payload, (flags & 1) == 1, packetId);
    }

    /** Decodes and checks a topic name (sections 1.5.3 and 3.3.2.1). */
    private static String topic(byte[] utf8) throws MalformedPacketException {
        String topic;
        try {
            topic = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedPacketException("a topic that is not UTF-8");
        }
        require(!topic.isEmpty(), "an empty topic");
        require(
                topic.indexOf('\0') < 0 && topic.indexOf('+') < 0 && topic.indexOf('#') < 0,
                "a topic with wildcards, or U+0000");
        return topic;
    }

    private static int packetId(short value) throws MalformedPacketException {
        require(value != 0, "packet identifier 0");
        return value & 0xffff;
    }

    /** Allocates memory as the bytes arrive, not by the length that the broker announces. */
    private byte[] readBytes(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the connection was closed within a packet");
        }
        return bytes;
    }

    private static void require(boolean condition, String problem) throws MalformedPacketException {
        if (!condition) {
            throw new MalformedPacketException(problem);
        }
    }
}
