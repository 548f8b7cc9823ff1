package securemqtt.responder.broker.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketReaderTest {
    /** MQTT 3.1.1, section 3.1, with client identifier "a". */
    private static final String CONNECT = "100d" + "00044d515454" + "04" + "02" + "0000" + "0001" + "61";
    /** MQTT 5, without properties. */
    private static final String CONNECT_5 = "100e" + "00044d515454" + "05" + "02" + "0000" + "00" + "0001" + "61";

    private final List<BrokerEvent> events = new ArrayList<>();
    private final List<Integer> connected = new ArrayList<>();
    private long now;
    private final UnfinishedPackets unfinished = new UnfinishedPackets(10_000, () -> now, events::add);
    private final EmbeddedChannel channel =
            new EmbeddedChannel(new PacketReader(unfinished, connection -> connected.add(1), events::add));

    @Test
    void passesOnWholePackets() {
        send(CONNECT + "c000" + "3003");
        send("000161");

        assertEquals(List.of(CONNECT, "c000", "3003000161"), received());
        assertEquals(1, connected.size());
    }

    @Test
    void assemblesAPacketFromSingleBytes() {
        String publish = "30810100016b" + "78".repeat(126);
        for (byte one : HexFormat.of().parseHex(CONNECT + publish)) {
            channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {one}));
        }

        assertEquals(List.of(CONNECT, publish), received());
    }

    @ParameterizedTest
    @ValueSource(strings = {"47455420", "16030100", "30", "c000", "11", "100d00044d515455", "100300044d", "10020000"})
    void closesAConnectionThatDoesNotBeginWithAConnect(String bytes) {
        send(bytes + "00".repeat(16));

        assertEquals(List.of(BrokerEvent.NOT_MQTT), events);
        assertFalse(channel.isOpen());
        assertEquals(0, connected.size());
    }

    @Test
    void acceptsAnEarlierVersionOfMqtt() {
        send("100f" + "00064d5149736470" + "03" + "02" + "0000" + "0001" + "61");

        assertEquals(1, connected.size());
    }

    @Test
    void acceptsAPublishOfFourMebibytesAndNoLargerOne() {
        send(CONNECT + "3080808002");
        assertTrue(channel.isOpen());

        EmbeddedChannel other = new EmbeddedChannel(new PacketReader(unfinished, connection -> {}, events::add));
        other.writeInbound(Unpooled.wrappedBuffer(HexFormat.of().parseHex(CONNECT + "3081808002")));

        assertEquals(List.of(BrokerEvent.TOO_LARGE), events);
        assertFalse(other.isOpen());
    }

    @ParameterizedTest
    @ValueSource(strings = {"82", "a2", "62", "e0"})
    void refusesOtherPacketsBeyondASmallerLimit(String type) {
        send(CONNECT + type + "80802000");
        assertTrue(channel.isOpen());
        send("00".repeat(10));
        assertTrue(channel.isOpen());

        EmbeddedChannel other = new EmbeddedChannel(new PacketReader(unfinished, connection -> {}, events::add));
        other.writeInbound(Unpooled.wrappedBuffer(HexFormat.of().parseHex(CONNECT + type + "818020")));

        assertEquals(List.of(BrokerEvent.TOO_LARGE), events);
    }

    @Test
    void aLengthHasFourBytesAtMost() {
        send(CONNECT + "30ffffffff01");

        assertEquals(List.of(BrokerEvent.MALFORMED), events);
    }

    @Test
    void refusesAPublishWithTooManyProperties() {
        // Topic "a", no packet identifier, and the length of the properties.
        send(CONNECT_5 + "30888004" + "000161" + "818004");
        channel.writeInbound(Unpooled.buffer().writeZero(PacketReader.MAX_PROPERTIES_BYTES + 4));

        assertEquals(List.of(BrokerEvent.TOO_MANY_PROPERTIES), events);
    }

    @Test
    void passesOnNothingAfterAViolation() {
        send(CONNECT + "30ffffffff01" + "c000");
        assertEquals(List.of(CONNECT), received());

        assertNull(channel.readInbound());
        assertEquals(1, events.size());
    }

    @Test
    void closesAConnectionWithAnUnfinishedPacketAfterATimeLimit() {
        send(CONNECT + "30030001");
        now = TimeUnit.SECONDS.toNanos(UnfinishedPackets.PACKET_TIMEOUT_SECONDS) - 1;
        unfinished.closeTimedOut();
        assertTrue(channel.isOpen());
        now++;
        unfinished.closeTimedOut();

        assertFalse(channel.isOpen());
        assertEquals(List.of(BrokerEvent.SLOW_PACKET), events);
    }

    @Test
    void aFinishedPacketHasNoTimeLimit() {
        send(CONNECT + "30030001");
        send("61");
        now = TimeUnit.HOURS.toNanos(1);
        unfinished.closeTimedOut();

        assertTrue(channel.isOpen());
    }

    @Test
    void closesTheOldestConnectionWhenTooManyBytesWait() {
        send(CONNECT + "3080808002");
        channel.writeInbound(Unpooled.buffer().writeZero(6000));
        EmbeddedChannel other = new EmbeddedChannel(new PacketReader(unfinished, connection -> {}, events::add));
        other.writeInbound(Unpooled.wrappedBuffer(HexFormat.of().parseHex(CONNECT + "3080808002")));
        other.writeInbound(Unpooled.buffer().writeZero(3000));
        assertEquals(List.of(), events);
        other.writeInbound(Unpooled.buffer().writeZero(1000));

        assertEquals(List.of(BrokerEvent.UNFINISHED), events);
        assertFalse(channel.isOpen());
        assertTrue(other.isOpen());
    }

    @Test
    void keepsASilentConnectionWhenTooManyBytesWait() {
        unfinished.awaitConnect(channel);
        EmbeddedChannel other = new EmbeddedChannel(new PacketReader(unfinished, connection -> {}, events::add));
        other.writeInbound(Unpooled.wrappedBuffer(HexFormat.of().parseHex(CONNECT + "3080808002")));
        other.writeInbound(Unpooled.buffer().writeZero(10_000));

        assertTrue(channel.isOpen());
        assertFalse(other.isOpen());
    }

    @Test
    void aClosedConnectionNoLongerCounts() {
        send(CONNECT + "3080808002");
        channel.writeInbound(Unpooled.buffer().writeZero(9000));
        channel.close();
        EmbeddedChannel other = new EmbeddedChannel(new PacketReader(unfinished, connection -> {}, events::add));
        other.writeInbound(Unpooled.wrappedBuffer(HexFormat.of().parseHex(CONNECT + "3080808002")));
        other.writeInbound(Unpooled.buffer().writeZero(9000));

        assertEquals(List.of(), events);
    }

    @Test
    void closesASilentConnectionAfterATimeLimit() {
        unfinished.awaitConnect(channel);
        now = TimeUnit.SECONDS.toNanos(UnfinishedPackets.CONNECT_TIMEOUT_SECONDS);
        unfinished.closeTimedOut();

        assertEquals(List.of(BrokerEvent.SILENT), events);
        assertFalse(channel.isOpen());
    }

    @Test
    void closesTheOldestWaitingConnectionToMakeRoom() {
        assertFalse(unfinished.closeOldest());
        unfinished.awaitConnect(channel);

        assertTrue(unfinished.closeOldest());
        assertFalse(channel.isOpen());
        assertEquals(List.of(BrokerEvent.CONNECTIONS), events);
    }

    private void send(String hex) {
        channel.writeInbound(Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex)));
    }

    private List<String> received() {
        List<String> packets = new ArrayList<>();
        ByteBuf packet;
        while ((packet = channel.readInbound()) != null) {
            packets.add(ByteBufUtil.hexDump(packet));
        }
        return packets;
    }
}
