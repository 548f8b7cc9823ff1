package securemqtt.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;

/** The responder when something goes wrong around it, or somebody means it harm. */
class ResponderFaultsIT {
    private static final SecureRandom RANDOM = new SecureRandom();

    @Test
    void aBrokerThatComesLaterIsServedThen(@TempDir Path folder) throws Exception {
        int port = Mosquitto.freePort();
        try (Program responder = Program.responder("-p", Integer.toString(port))) {
            responder.awaitStderr("no broker at localhost:" + port + " yet");
            responder.awaitStderr("not connected: nothing listens at localhost:" + port);
            try (Mosquitto mosquitto = Mosquitto.start(folder, port, "allow_anonymous true")) {
                responder.awaitStderr("ready: ");

                assertServes(mosquitto.port());
            }
        }
    }

    @Test
    void aBrokerThatIsKilledAndStartedAgainIsServedAgain(@TempDir Path folder) throws Exception {
        try (Mosquitto first = Mosquitto.start(folder);
                Program responder = Program.responder("-p", Integer.toString(first.port()))) {
            responder.awaitStderr("ready: ");
            first.program().signal("KILL");
            responder.awaitStderr("lost the broker at localhost:" + first.port());

            try (Mosquitto second = Mosquitto.start(folder, first.port(), "allow_anonymous true")) {
                // The client sends its key again as long as nobody answers: no need to wait for the responder.
                second.program().awaitStderr("New client connected .* as ");
                assertServes(second.port());
            }
        }
    }

    @Test
    void aBrokerThatRefusesTheSubscriptionIsSaid(@TempDir Path folder) throws Exception {
        try (Mosquitto mosquitto = Mosquitto.withoutSubscriptions(folder);
                Program responder = Program.responder("-p", Integer.toString(mosquitto.port()))) {
            responder.awaitStderr("ERROR connected, but no request will come: localhost:" + mosquitto.port()
                    + " refused the subscription to \\+/\\+/request");
        }
    }

    /** As when somebody pulls the cable: no end of the connection is ever seen. */
    @Test
    void aLinkThatIsCutIsNoticedAndMadeAgain(@TempDir Path folder) throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder);
                Proxy proxy = new Proxy(mosquitto.port());
                Program responder = Program.responder("-p", Integer.toString(proxy.port()))) {
            responder.awaitStderr("ready: ");

            proxy.cut();

            responder.awaitStderr("lost the broker at localhost:" + proxy.port());
            responder.awaitStderr("ready: ", 2);
            assertServes(mosquitto.port());
        }
    }

    @Test
    void onSigtermWhatHasComeIsStillAnswered(@TempDir Path folder) throws Exception {
        int crowd = 100;
        byte[] key = DhKeyPair.generate(DhGroup.lab(), RANDOM).publicKey().toPem();
        try (Mosquitto mosquitto = Mosquitto.start(folder);
                Observer observer = new Observer(mosquitto.port(), "+/key-exchange/response");
                Program responder = Program.responder("-p", Integer.toString(mosquitto.port()), "-v")) {
            responder.awaitStderr("ready: ");
            for (int i = 0; i < crowd; i++) {
                observer.publish("n" + i + "/key-exchange/request", key, false);
            }
            observer.publish("last/nothing/request", new byte[0], false);
            // All of them were taken in by then, and most wait.
            responder.awaitStderr("refused topic-unknown-action");

            responder.signal("TERM");

            responder.await().expect(0);
            Set<String> answered = new TreeSet<>();
            for (int i = 0; i < crowd; i++) {
                answered.add(observer.next().topic());
            }
            assertEquals(crowd, answered.size());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"junk/key-exchange/request", "junk/reverse/request", "junk/explode/request", "//request"})
    void tenThousandPiecesOfJunkLeaveTheServiceUnbroken(String topic, @TempDir Path folder) throws Exception {
        byte[] junk = new byte[500];
        new Random(1).nextBytes(junk);
        try (Mosquitto mosquitto = Mosquitto.start(folder);
                Observer observer = new Observer(mosquitto.port(), "nothing");
                Program responder = Program.responder("-p", Integer.toString(mosquitto.port()))) {
            responder.awaitStderr("ready: ");

            observer.burst(topic, junk, 10_000);

            assertServes(mosquitto.port());
        }
    }

    @Test
    void keysOfAMebibyteLeaveTheServiceUnbroken(@TempDir Path folder) throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder);
                Observer observer = new Observer(mosquitto.port(), "nothing");
                Program responder = Program.responder("-p", Integer.toString(mosquitto.port()))) {
            responder.awaitStderr("ready: ");

            observer.burst("junk/key-exchange/request", new byte[1 << 20], 100);

            assertServes(mosquitto.port());
        }
    }

    /** Thousands of good keys of one NetID are minutes of work; others do not wait behind them. */
    @Test
    void aFloodByOneNetIdDoesNotKeepOthersWaiting(@TempDir Path folder) throws Exception {
        byte[][] keys = new byte[20][];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = DhKeyPair.generate(DhGroup.lab(), RANDOM).publicKey().toPem();
        }
        try (Mosquitto mosquitto = Mosquitto.start(folder);
                Observer observer = new Observer(mosquitto.port(), "greedy/key-exchange/response");
                Program responder = Program.responder("-p", Integer.toString(mosquitto.port()))) {
            responder.awaitStderr("ready: ");

            for (int i = 0; i < 5_000; i++) {
                observer.send("greedy/key-exchange/request", keys[i % keys.length]);
            }

            responder.awaitStderr("refused more, too many to name each: [0-9]+ overloaded");
            assertServes(mosquitto.port());
            responder.signal("KILL");
        }
    }

    private static void assertServes(int port) {
        Program.Result result = Program.client("-p", Integer.toString(port), "le0nh4rt", "uppercase", "x")
                .await()
                .expect(0);
        assertEquals("X\n", new String(result.stdoutBytes(), StandardCharsets.UTF_8));
        assertTrue(result.stderr().isEmpty(), result.stderr().toString());
    }
}
