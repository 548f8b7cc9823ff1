package securemqtt.responder.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static securemqtt.responder.check.CheckFixtures.fromBroker;
import static securemqtt.responder.check.CheckFixtures.fromClient;
import static securemqtt.responder.check.CheckFixtures.message;
import static securemqtt.responder.check.CheckFixtures.packet;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConversationTest {
    private static final String REQUEST = "le0nh4rt/uppercase/request";
    private static final String RESPONSE = "le0nh4rt/uppercase/response";

    @Test
    void eachPacketIsALine() {
        assertEquals(
                List.of(
                        " 0.001 s  client → broker  CONNECT me",
                        " 0.002 s  broker → client  CONNACK  accepted",
                        " 0.003 s  client → broker  SUBSCRIBE " + RESPONSE + "  QoS 1",
                        " 0.004 s  broker → client  SUBACK  granted QoS 1",
                        "12.005 s  client → broker  DISCONNECT",
                        "12.006 s  client × broker  connection closed"),
                lines(
                        List.of(
                                fromClient(1, Packet.Type.CONNECT, "me"),
                                fromBroker(2, Packet.Type.CONNACK, 0),
                                packet(3, 1, true, Packet.Type.SUBSCRIBE, RESPONSE, 1, ""),
                                fromBroker(4, Packet.Type.SUBACK, 1),
                                fromClient(12_005, Packet.Type.DISCONNECT, ""),
                                fromClient(12_006, Packet.Type.CLOSE, "")),
                        List.of()));
    }

    @Test
    void aMessageThatTheBrokerPassesOnIsOneLineAtTheClientsTime() {
        assertEquals(
                List.of(
                        "0.001 s  client → broker → responder  PUBLISH " + REQUEST + "  1 byte  QoS 1",
                        "0.002 s  broker → client              SUBACK  granted QoS 1",
                        "0.005 s  responder → broker → client  PUBLISH " + RESPONSE + "  2 bytes  QoS 1"),
                lines(
                        List.of(
                                message(1, true, REQUEST, "a"),
                                fromBroker(2, Packet.Type.SUBACK, 1),
                                message(5, false, RESPONSE, "AA")),
                        List.of(message(3, false, REQUEST, "a"), message(4, true, RESPONSE, "AA"))));
    }

    @Test
    void aMessageThatDoesNotReachTheOtherSideEndsAtTheBroker() {
        assertEquals(
                List.of(
                        "0.001 s  client → broker     PUBLISH " + REQUEST + "  1 byte  QoS 1",
                        "0.004 s  responder → broker  PUBLISH " + RESPONSE + "  1 byte  QoS 1",
                        "9.000 s  broker → responder  PUBLISH " + REQUEST + "  1 byte  QoS 1"),
                lines(
                        List.of(message(1, true, REQUEST, "a")),
                        List.of(message(4, true, RESPONSE, "A"), message(9000, false, REQUEST, "a"))));
    }

    @Test
    void twoEqualAnswersAreTwoLines() {
        assertEquals(
                List.of(
                        "0.002 s  responder → broker → client  PUBLISH " + RESPONSE + "  1 byte  QoS 1",
                        "0.004 s  responder → broker → client  PUBLISH " + RESPONSE + "  1 byte  QoS 1"),
                lines(
                        List.of(message(2, false, RESPONSE, "A"), message(4, false, RESPONSE, "A")),
                        List.of(message(1, true, RESPONSE, "A"), message(3, true, RESPONSE, "A"))));
    }

    @Test
    void refusalsAreNamed() {
        assertEquals(
                List.of(
                        "0.001 s  client → broker  CONNECT  no client identifier",
                        "0.002 s  broker → client  CONNACK  refused, code 135",
                        "0.003 s  broker → client  SUBACK  refused, code 128"),
                lines(
                        List.of(
                                fromClient(1, Packet.Type.CONNECT, ""),
                                fromBroker(2, Packet.Type.CONNACK, (byte) 135),
                                fromBroker(3, Packet.Type.SUBACK, 128)),
                        List.of()));
    }

    @Test
    void flagsOfAMessageAreNamed() {
        Packet packet = new Packet(
                Duration.ofMillis(1), 1, true, Packet.Type.PUBLISH, REQUEST, 2, true, true, new byte[] {1, 2, 3});

        assertEquals(
                List.of("0.001 s  client → broker  PUBLISH " + REQUEST + "  3 bytes  QoS 2  retained  sent again"),
                lines(List.of(packet), List.of()));
    }

    @Test
    void severalConnectionsAreNumbered() {
        assertEquals(
                List.of(
                        "0.001 s  client → broker  CONNECT a  connection 1",
                        "0.002 s  client → broker  CONNECT b  connection 2"),
                lines(
                        List.of(
                                packet(1, 77, true, Packet.Type.CONNECT, "a", 0, ""),
                                packet(2, 12, true, Packet.Type.CONNECT, "b", 0, "")),
                        List.of()));
    }

    @Test
    void acknowledgementsOfMessagesAreLeftOut() {
        assertEquals(
                List.of(),
                lines(List.of(fromClient(1, Packet.Type.PUBACK, ""), fromBroker(2, Packet.Type.PUBACK, 0)), List.of()));
    }

    @Test
    void theMiddleOfALongConversationIsLeftOut() {
        List<String> lines = Conversation.of(new Observation(
                        List.of(), Collections.nCopies(1000, fromClient(1, Packet.Type.SUBSCRIBE, "a")), List.of()))
                .lines(30);

        assertEquals(31, lines.size());
        assertEquals("[… 970 steps left out]", lines.get(10));
    }

    @Test
    void aTopicCannotControlTheTerminal() {
        assertEquals(
                List.of("0.001 s  client → broker  SUBSCRIBE \\u{1b}[2J  QoS 0"),
                lines(List.of(fromClient(1, Packet.Type.SUBSCRIBE, "\u001b[2J")), List.of()));
    }

    private static List<String> lines(List<Packet> packets, List<Packet> responderMessages) {
        return Conversation.of(new Observation(List.of(), packets, List.of(), responderMessages))
                .lines(100);
    }
}
