package securemqtt.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.Fernet;

/** The client when its connection is lost. */
class ReconnectIT {
    private static final SecureRandom RANDOM = new SecureRandom();

    @Test
    void anotherClientOfTheSameNetIdDelaysItButDoesNotEndIt(@TempDir Path folder) throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder);
                Observer responder = new Observer(mosquitto.port(), "a/+/request");
                Program client = Program.client("-p", Integer.toString(mosquitto.port()), "a", "uppercase", "x")) {
            DhPublicKey firstKey = key(responder.next("a/key-exchange/request"));
            Observer intruder = Observer.inThePlaceOf("a", mosquitto.port());
            DhPublicKey secondKey = key(responder.next("a/key-exchange/request"));

            DhKeyPair keyPair = DhKeyPair.generate(DhGroup.lab(), RANDOM);
            responder.publish("a/key-exchange/response", keyPair.publicKey().toPem(), false);
            Fernet fernet = new Fernet(keyPair.agree(secondKey), InstantSource.system(), RANDOM);
            byte[] text = fernet.decrypt(responder.next("a/uppercase/request").payload());
            responder.publish("a/uppercase/response", fernet.encrypt(bytes("X")), false);

            assertNotEquals(firstKey, secondKey);
            assertArrayEquals(bytes("x"), text);
            assertEquals("X\n", client.await().expect(0).stdout());
            intruder.close();
        }
    }

    @Test
    void aBrokerThatIsKilledAndStaysAwayIsNamedAtTheDeadline(@TempDir Path folder) throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder);
                Program client = Program.client(
                        "-v", "-p", Integer.toString(mosquitto.port()), "--timeout", "15", "a", "uppercase", "x")) {
            client.awaitStderr("key sent");
            mosquitto.program().signal("KILL");

            client.await().expect(3);
            client.awaitStderr("error: no answer within 15 s: still connecting to the broker again; connecting to the"
                    + " broker: nothing listens at localhost:" + mosquitto.port());
        }
    }

    private static DhPublicKey key(Observer.Heard message) throws Exception {
        return DhPublicKey.parse(DhGroup.lab(), message.payload());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
