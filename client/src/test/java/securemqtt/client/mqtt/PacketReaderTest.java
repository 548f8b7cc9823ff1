package securemqtt.client.mqtt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import securemqtt.client.mqtt.BrokerPacket.Message;

/** The packets follow MQTT 3.1.1, section 3. */
class PacketReaderTest {
    private static final int MAX_PAYLOAD_LENGTH = 8;
    private static final List<String> VALID = List.of(
            "20020000",
            "20020100",
            "20020005",
            "9004000180 01",
            "40020001",
            "d000",
            "3005 0003 612f62",
            "3107 0003 612f62 7879",
            "3207 0003 612f62 0001",
            "3b08 0003 612f62 0001 78");

    @Test
    void readsTheReturnCodeOfConnack() throws IOException {
        assertEquals(new BrokerPacket.ConnectAcknowledgement(0), read("20020000"));
        assertEquals(new BrokerPacket.ConnectAcknowledgement(5), read("20020005"));
    }

    @Test
    void readsTheLongerConnackOfALaterVersion() throws IOException {
        assertEquals(new BrokerPacket.ConnectAcknowledgement(0x84), read("2003008400"));
    }

    @Test
    void readsEveryReturnCodeOfSuback() throws IOException {
        assertEquals(new BrokerPacket.SubscribeAcknowledgement(0x0102, List.of(1, 0x80)), read("900401020180"));
    }

    @Test
    void readsTopicPayloadAndPacketIdentifierOfPublish() throws IOException {
        Message atQos0 = (Message) read("3007 0003 612f62 7879");
        assertEquals("a/b", atQos0.topic());
        assertArrayEquals(new byte[] {'x', 'y'}, atQos0.payload());
        assertEquals(0, atQos0.packetId());
        assertEquals(false, atQos0.retained());
        Message atQos1 = (Message) read("3b08 0003 612f62 ffff 78");
        assertEquals(0xffff, atQos1.packetId());
        assertEquals(true, atQos1.retained());
    }

    @Test
    void readsPubackAndPingresp() throws IOException {
        assertEquals(new BrokerPacket.MessageAcknowledgement(0xffff), read("4002ffff"));
        assertEquals(new BrokerPacket.Pong(), read("d000"));
    }

    @Test
    void returnsEmptyIfTheConnectionEndsBetweenPackets() throws IOException {
        PacketReader reader = reader("d000");
        reader.next();

        assertEquals(Optional.empty(), reader.next());
    }

    @Test
    void failsIfTheConnectionEndsWithinAPacket() {
        for (String hex : VALID) {
            byte[] packet = bytes(hex);
            for (int length = 1; length < packet.length; length++) {
                InputStream part = new ByteArrayInputStream(packet, 0, length);
                assertThrows(EOFException.class, () -> new PacketReader(part, MAX_PAYLOAD_LENGTH).next(), hex);
            }
        }
    }

    @Test
    void cutsALongMessageAndReadsTheNextPacket() throws IOException {
        PacketReader reader = reader("300d 0001 61 30313233343536373839" + "d000");

        assertArrayEquals("01234567".getBytes(), ((Message) reader.next().orElseThrow()).payload());
        assertEquals(Optional.of(new BrokerPacket.Pong()), reader.next());
    }

    /** A packet of the maximum length, 256 MiB, while the heap may be smaller. */
    @Test
    void readsTheLongestMessageInLittleMemory() throws IOException {
        InputStream zeros = new InputStream() {
            private long left = 268_435_455 - 3;

            @Override
            public int read() {
                return left-- > 0 ? 0 : -1;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                int read = (int) Math.min(left, length);
                left -= read;
                return read == 0 ? -1 : read;
            }

            @Override
            public long skip(long length) {
                long skipped = Math.min(left, length);
                left -= skipped;
                return skipped;
            }
        };
        PacketReader reader = new PacketReader(
                new SequenceInputStream(new ByteArrayInputStream(bytes("30ffffff7f 0001 61")), zeros),
                MAX_PAYLOAD_LENGTH);

        assertEquals(MAX_PAYLOAD_LENGTH, ((Message) reader.next().orElseThrow()).payload().length);
        assertEquals(Optional.empty(), reader.next());
    }

    @ParameterizedTest
    @CsvSource({
        "00 00, no type",
        "10 00, CONNECT",
        "50 02 0001, PUBREC",
        "62 02 0001, PUBREL",
        "70 02 0001, PUBCOMP",
        "82 00, SUBSCRIBE",
        "b0 02 0001, UNSUBACK",
        "c0 00, PINGREQ",
        "e0 00, DISCONNECT",
        "f0 00, no type",
        "48 54, HTTP",
        "15 03, TLS",
        "21 02 0000, flags",
        "d1 00, flags",
        "20 01 00, a short CONNACK",
        "20 03 000000, a long CONNACK",
        "20 02 0200, flags of a CONNACK",
        "90 02 0001, a SUBACK without codes",
        "90 03 0000 01, packet identifier 0",
        "90 8108, a long SUBACK",
        "40 01 00, a short PUBACK",
        "40 03 000100, a long PUBACK",
        "40 02 0000, packet identifier 0",
        "d0 01 00, a long PINGRESP",
        "34 07 0003 612f62 0001, QoS 2",
        "36 07 0003 612f62 0001, QoS 3",
        "38 05 0003 612f62, a duplicate at QoS 0",
        "30 01 00, no topic",
        "30 04 0003 612f, a topic beyond its packet",
        "32 06 0003 612f62 00, no packet identifier",
        "32 07 0003 612f62 0000, packet identifier 0",
        "30 02 0000, an empty topic",
        "30 03 0001 ff, a topic that is not UTF-8",
        "30 05 0003 eda080, a surrogate",
        "30 03 0001 00, U+0000",
        "30 03 0001 23, a wildcard",
        "30 03 0001 2b, a wildcard",
        "30 8080808001, a length of five bytes"
    })
    void refusesPacketsThatABrokerMustNotSend(String hex, String what) {
        assertThrows(MalformedPacketException.class, () -> read(hex), what);
    }

    @Test
    void readsOrRefusesMutatedPackets() throws IOException {
        Random random = new Random(16);
        int refused = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] packet = bytes(VALID.get(random.nextInt(VALID.size())));
            for (int mutations = 1 + random.nextInt(3); mutations > 0; mutations--) {
                packet[random.nextInt(packet.length)] = (byte) random.nextInt();
            }
            try {
                PacketReader reader = new PacketReader(new ByteArrayInputStream(packet), MAX_PAYLOAD_LENGTH);
                for (Optional<BrokerPacket> next = reader.next(); next.isPresent(); next = reader.next()) {
                    if (next.get() instanceof Message message) {
                        assertTrue(message.payload().length <= MAX_PAYLOAD_LENGTH);
                    }
                }
            } catch (MalformedPacketException | EOFException e) {
                refused++;
            }
        }
        assertTrue(refused > 100_000 && refused < 200_000, refused + " refused");
    }

    private static BrokerPacket read(String hex) throws IOException {
        return reader(hex).next().orElseThrow();
    }

    private static PacketReader reader(String hex) {
        return new PacketReader(new ByteArrayInputStream(bytes(hex)), MAX_PAYLOAD_LENGTH);
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }
}
