package securemqtt.client.mqtt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The expected bytes follow MQTT 3.1.1, section 3. */
class ClientPacketsTest {
    @Test
    void connectHasACleanSessionAndNoWill() {
        assertBytes("10 0e 0004 4d515454 04 02 000a 0002 6162", ClientPackets.connect("ab", 10, Optional.empty()));
    }

    @Test
    void connectHasUserNameAndPasswordInUtf8() {
        assertBytes(
                "10 15 0004 4d515454 04 c2 000a 0002 6162 0001 75 0002 c3a9",
                ClientPackets.connect("ab", 10, Optional.of(new ClientPackets.Credentials("u", "\u00e9"))));
    }

    @Test
    void toStringDoesNotShowThePassword() {
        assertFalse(new ClientPackets.Credentials("u", "secret").toString().contains("secret"));
    }

    @Test
    void subscribeAsksForQos1() {
        assertBytes("82 0c 0001 0001 61 01 0003 622f63 01", ClientPackets.subscribe(1, List.of("a", "b/c")));
    }

    @Test
    void publishHasQos1AndIsNotRetained() {
        assertBytes("32 07 0001 61 ffff 7879", ClientPackets.publish(0xffff, "a", new byte[] {'x', 'y'}));
    }

    @Test
    void acknowledgePingAndDisconnectHaveTheirFixedForm() {
        assertBytes("40 02 0102", ClientPackets.acknowledge(0x0102));
        assertBytes("c0 00", ClientPackets.ping());
        assertBytes("e0 00", ClientPackets.disconnect());
    }

    /** The limits in table 2.4 of MQTT 3.1.1. */
    @ParameterizedTest
    @CsvSource({"127, 7f", "128, 8001", "16383, ff7f", "16384, 808001", "2097151, ffff7f", "2097152, 80808001"})
    void encodesTheLengthInSevenBitsOfEachByte(int length, String encoded) {
        byte[] packet = ClientPackets.publish(1, "a", new byte[length - 5]);

        assertEquals(encoded, HexFormat.of().formatHex(Arrays.copyOfRange(packet, 1, 1 + encoded.length() / 2)));
        assertEquals(1 + encoded.length() / 2 + length, packet.length);
    }

    @Test
    void refusesAStringOfMoreThan65535Bytes() {
        String longest = "x".repeat(0xffff);
        ClientPackets.connect(longest, 0, Optional.empty());

        assertThrows(IllegalArgumentException.class, () -> ClientPackets.connect(longest + "x", 0, Optional.empty()));
    }

    private static void assertBytes(String hex, byte[] packet) {
        assertArrayEquals(HexFormat.of().parseHex(hex.replace(" ", "")), packet);
    }
}
