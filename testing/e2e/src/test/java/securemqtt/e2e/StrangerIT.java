package securemqtt.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.Fernet;

/** Attacks that a stranger on the broker can try without any session key. */
class StrangerIT {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String REQUEST = "le0nh4rt/uppercase/request";
    private static final String RESPONSE = "le0nh4rt/uppercase/response";

    @Test
    void aTokenIsAnsweredUnderItsFirstActionOnly(@TempDir Path folder) throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder);
                Program responder = responder(mosquitto.port());
                Observer network = new Observer(mosquitto.port(), "le0nh4rt/+/response")) {
            Fernet client = exchangeKeys(network);
            byte[] token = client.encrypt("Pay Bob".getBytes(StandardCharsets.UTF_8));

            network.burst(REQUEST, junkToken(2_000_000), 12);
            network.publish(REQUEST, token, false);
            network.publish("le0nh4rt/lowercase/request", token, false);

            assertEquals("PAY BOB", text(client, network.next(RESPONSE)));
            responder.awaitStderr("le0nh4rt: refused lowercase, token-other-action: ");
            assertAnswersNext(client, network);
        }
    }

    @Test
    void aTokenThatTheResponderMissedIsNotAnsweredLater(@TempDir Path folder) throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder);
                Program responder = responder(mosquitto.port());
                Observer network = new Observer(mosquitto.port(), "le0nh4rt/+/response")) {
            Fernet client = exchangeKeys(network);
            byte[] token = client.encrypt("Pay Bob".getBytes(StandardCharsets.UTF_8));

            network.publish("le0nh4rt/uppercase/request", new byte[5 << 20], false);
            responder.awaitStderr("lost the connection to the broker");
            responder.awaitStderr("ready: ", 2);
            network.publish("le0nh4rt/lowercase/request", token, false);

            responder.awaitStderr("le0nh4rt: refused lowercase, no-session: ");
        }
    }

    @Test
    void aTextWhoseAnswerIsTooLongCostsNoConnection(@TempDir Path folder) throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder, "allow_anonymous true", "max_packet_size 4000000");
                Program responder = responder(mosquitto.port());
                Observer network = new Observer(mosquitto.port(), "le0nh4rt/+/response")) {
            Fernet client = exchangeKeys(network);

            // In upper case, each of these characters becomes three letters.
            network.publish(REQUEST, client.encrypt("\u0390".repeat(650_000).getBytes(StandardCharsets.UTF_8)), false);

            responder.awaitStderr("refused [a-z-]+, answer-too-long");
            assertAnswersNext(client, network);
            responder.signal("TERM");
            assertTrue(responder.await().expect(0).stderr().stream()
                    .noneMatch(line -> line.contains("lost the connection to the broker")));
        }
    }

    private static Program responder(int port) {
        Program responder = Program.responder("-p", Integer.toString(port));
        responder.awaitStderr("ready: ");
        return responder;
    }

    private static Fernet exchangeKeys(Observer network) throws Exception {
        DhKeyPair keyPair = DhKeyPair.generate(DhGroup.lab(), RANDOM);
        network.publish("le0nh4rt/key-exchange/request", keyPair.publicKey().toPem(), false);
        DhPublicKey theirs = DhPublicKey.parse(
                DhGroup.lab(), network.next("le0nh4rt/key-exchange/response").payload());
        return new Fernet(keyPair.agree(theirs), InstantSource.system(), RANDOM);
    }

    /**
     * Checks that the next answer is the one to a new request. The broker keeps the order of one connection's
     * messages.
     */
    private static void assertAnswersNext(Fernet client, Observer network) throws Exception {
        network.publish("le0nh4rt/reverse/request", client.encrypt("abc".getBytes(StandardCharsets.UTF_8)), false);

        Observer.Heard next = network.next();
        assertEquals("le0nh4rt/reverse/response", next.topic());
        assertEquals("cba", text(client, next));
    }

    private static String text(Fernet client, Observer.Heard answer) throws Exception {
        return new String(client.decrypt(answer.payload()), StandardCharsets.UTF_8);
    }

    /** Bytes in the form of a token. */
    private static byte[] junkToken(int length) {
        byte[] token = new byte[length];
        Arrays.fill(token, (byte) 'A');
        token[0] = 'g';
        return token;
    }
}
