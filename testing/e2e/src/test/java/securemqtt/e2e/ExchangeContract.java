package securemqtt.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import securemqtt.e2e.FaultTable.Row;
import securemqtt.protocol.Refusal;

/** The promises of client and responder that hold with every broker. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(FaultTable.class)
abstract class ExchangeContract {
    private static final String FINGERPRINT = "([0-9a-f]{64})";

    /** A verbose responder that serves every NetID. */
    abstract Program responder();

    /** The port of its broker on localhost. */
    abstract int port();

    @ParameterizedTest
    @CsvSource({
        "uppercase, Networking is the best!, NETWORKING IS THE BEST!",
        "lowercase, Networking is the BEST!, networking is the best!",
        "title-case, networking is the bEST!, Networking Is The Best!",
        "reverse, The LAN Before Time, emiT erofeB NAL ehT",
        "shuffle, zzzzzz, zzzzzz",
    })
    void theAnswerIsAllThatIsPrinted(String action, String message, String answer) {
        Program.Result result = client("le0nh4rt", action, message).await().expect(0);

        assertEquals(answer + "\n", result.stdout());
        assertEquals(List.of(), result.stderr());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "-v", "--", "@pom.xml", "*", "$HOME `id` \"'\\", "two\nlines\n", "\u0001"})
    void aMessageArrivesAsItWasTyped(String message) {
        Program.Result result =
                client("--", "le0nh4rt", "lowercase", message).await().expect(0);

        assertEquals(message.toLowerCase(Locale.ROOT) + "\n", result.stdout());
    }

    @Test
    void theLocaleDoesNotMatter() {
        Program.Result result = Program.start(
                        Map.of("LANG", "C", "LC_ALL", "C"),
                        Program.HOME.resolve("secure_mqtt_client").toString(),
                        "-p",
                        Integer.toString(port()),
                        "héllo",
                        "uppercase",
                        "héllo wörld 🎓")
                .await()
                .expect(0);

        assertEquals("HÉLLO WÖRLD 🎓\n", result.stdout());
    }

    @Test
    void aMessageOf100KibComesBack() {
        String message = "0123456789abcdef".repeat(6400);

        assertEquals(
                new StringBuilder(message).reverse() + "\n",
                client("le0nh4rt", "reverse", message).await().expect(0).stdout());
    }

    @Test
    void fourMessagesAtQos1AreAllThatIsOnTheWire() throws Exception {
        try (Observer observer = new Observer(port(), "wire/#")) {
            String answer =
                    client("wire", "uppercase", "secret text").await().expect(0).stdout();
            observer.publish("wire/end", new byte[0], false);

            assertEquals("SECRET TEXT\n", answer);
            List<Observer.Heard> heard = new ArrayList<>();
            for (String topic : List.of(
                    "wire/key-exchange/request",
                    "wire/key-exchange/response",
                    "wire/uppercase/request",
                    "wire/uppercase/response")) {
                heard.add(observer.next(topic));
            }
            assertEquals("wire/end", observer.next().topic());
            for (Observer.Heard message : heard) {
                assertEquals(1, message.qos());
                String form = message.topic().contains("key-exchange")
                        ? "(?s)-----BEGIN PUBLIC KEY-----\n.*-----END PUBLIC KEY-----\n"
                        : "gAAAAA[-_=0-9A-Za-z]+";
                assertTrue(message.text().matches(form), message.text());
            }
        }
    }

    @Test
    void nothingIsRetained() throws Exception {
        client("passing", "uppercase", "x").await().expect(0);

        // The broker sends retained messages to a new subscriber before all others.
        try (Observer late = new Observer(port(), "passing/#")) {
            late.publish("passing/end", new byte[0], false);

            assertEquals("passing/end", late.next().topic());
        }
    }

    @Test
    void bothSidesTellTheSameFingerprintsWhichAreThoseOfOpenssl(@TempDir Path folder) throws Exception {
        String openssl = Peers.require("openssl");
        try (Observer observer = new Observer(port(), "#")) {
            Program client = client("-v", "fingers", "reverse", "x");
            client.await().expect(0);
            String sent =
                    client.awaitStderr("key sent, fingerprint " + FINGERPRINT).group(1);
            String received = client.awaitStderr("key received, fingerprint " + FINGERPRINT)
                    .group(1);
            Matcher responders = responder()
                    .awaitStderr(
                            "fingers: keys exchanged, fingerprints: theirs " + FINGERPRINT + ", ours " + FINGERPRINT);

            assertEquals(sent, responders.group(1));
            assertEquals(received, responders.group(2));
            assertEquals(sent, fingerprint(openssl, folder, observer.next("fingers/key-exchange/request")));
            assertEquals(received, fingerprint(openssl, folder, observer.next("fingers/key-exchange/response")));
        }
    }

    private static String fingerprint(String openssl, Path folder, Observer.Heard key) throws Exception {
        Path pem = Files.write(folder.resolve("key.pem"), key.payload());
        Program.Result result = Program.start(
                        "sh",
                        "-c",
                        "'" + openssl + "' pkey -pubin -in '" + pem + "' -outform DER | '" + openssl
                                + "' dgst -sha256 -r | cut -d ' ' -f 1")
                .await()
                .expect(0);
        return result.stdout().strip();
    }

    @Test
    void aVerboseRunPrintsEveryStep() {
        Program client = client("-v", "le0nh4rt", "reverse", "x");
        client.await().expect(0);

        for (String step : List.of(
                "connected to localhost:" + port(),
                "subscribed to le0nh4rt/key-exchange/response and le0nh4rt/reverse/response, granted QoS 1",
                "key sent",
                "key received",
                "request sent",
                "answer received")) {
            client.awaitStderr("^ *\\d+ ms  " + step);
        }
    }

    @Test
    void theResponderGivesTheReasonForEachRefusalAndGoesOn() throws Exception {
        byte[] junk = new byte[1 << 20];
        new Random(1).nextBytes(junk);
        try (Observer observer = new Observer(port(), "#")) {
            observer.publish("junk/key-exchange/request", new byte[0], false);
            awaitRefusal(Refusal.KEY_NOT_PEM, "junk/key-exchange/request");
            observer.publish("junk/key-exchange/request", junk, false);
            awaitRefusal(Refusal.KEY_TOO_LONG, "junk/key-exchange/request");
            observer.publish("junk/reverse/request", junk, false);
            awaitRefusal(Refusal.NO_SESSION, "junk/reverse/request");
            observer.publish("junk/explode/request", junk, false);
            awaitRefusal(Refusal.TOPIC_UNKNOWN_ACTION, "junk/explode/request");
            observer.publish("a\u202Eb/reverse/request", junk, false);
            awaitRefusal(Refusal.NO_SESSION, "a\\u{202e}b/reverse/request");
        }

        assertEquals("X\n", client("junk", "uppercase", "x").await().expect(0).stdout());
    }

    private void awaitRefusal(Refusal reason, String topic) {
        String[] levels = topic.split("/");
        String request = reason == Refusal.TOPIC_UNKNOWN_ACTION ? "topic " + topic : levels[1];
        responder().awaitStderr(Pattern.quote(levels[0] + ": refused " + request + ", " + reason.code() + ": "));
    }

    @Test
    void theSameKeyMessageTwiceGetsTheSameAnswer() throws Exception {
        try (Observer observer = new Observer(port(), "#")) {
            client("twice", "reverse", "x").await().expect(0);
            byte[] key = observer.next("twice/key-exchange/request").payload();
            byte[] answer = observer.next("twice/key-exchange/response").payload();

            observer.publish("twice/key-exchange/request", key, false);

            assertArrayEquals(
                    answer, observer.next("twice/key-exchange/response").payload());
        }
    }

    @Test
    void aMebibyteOfTextFromStandardInputComesBackAsItIs(@TempDir Path folder) throws Exception {
        String text = "0123456789abcde\n".repeat(1 << 16);
        Path file = Files.writeString(folder.resolve("text"), text);
        String launcher = Program.HOME.resolve("secure_mqtt_client").toString();

        Program.Result result = Program.start(
                        "sh", "-c", "'" + launcher + "' -p " + port() + " --stdin le0nh4rt uppercase <'" + file + "'")
                .await()
                .expect(0);

        assertEquals(text.toUpperCase(Locale.ROOT) + "\n", result.stdout());
    }

    /** Both have the same client identifier, so the broker closes the connection of one when the other connects. */
    @Test
    void twoClientsUseOneNetIDAtATime(Row row) {
        try (Program first = client("twin", "uppercase", "a");
                Program second = client("twin", "uppercase", "b")) {
            // Each client may receive the key that is meant for the other.
            assertEquals("A\n", first.await().expect(row.exitCode()).stdout());
            assertEquals("B\n", second.await().expect(row.exitCode()).stdout());
        }
    }

    @Test
    void aBurstOfJunkDoesNotStopTheResponder() throws Exception {
        try (Observer observer = new Observer(port(), "nothing")) {
            observer.burst("burst/reverse/request", new byte[] {1}, 20_000);

            assertEquals(
                    "X\n", client("burst", "uppercase", "x").await().expect(0).stdout());
        }
    }

    @Test
    void theBrokerHasKeptStaleMessages(Row row) throws Exception {
        try (Observer observer = new Observer(port(), "stale/+/response");
                Program past = client("stale", "uppercase", "x")) {
            byte[] key = observer.next("stale/key-exchange/response").payload();
            byte[] answer = observer.next("stale/uppercase/response").payload();
            past.await().expect(0);
            observer.publish("stale/key-exchange/response", key, true);
            observer.publish("stale/uppercase/response", answer, true);

            row.expect(client("stale", "uppercase", "x"), port(), 60);
        }
    }

    @Test
    void aRetainedRequestIsRefused() throws Exception {
        try (Observer observer = new Observer(port(), "nothing")) {
            observer.publish("kept/reverse/request", new byte[] {1}, true);
        }

        try (Program later = Program.responder("-p", Integer.toString(port()), "--netid", "kept")) {
            later.awaitStderr("kept: refused reverse, retained: ");
        }
    }

    @Test
    void theSettingsOfAnotherProgramInTheFolderDoNotMatter(@TempDir Path folder) throws Exception {
        Path settings = Files.createDirectory(folder.resolve("config")).resolve("application.properties");
        Files.writeString(settings, "quarkus.log.level=DEBUG\nquarkus.log.console.stderr=false\n");
        String launcher = Program.HOME.resolve("secure_mqtt_client").toString();

        Program.Result result = Program.start(
                        "sh", "-c", "cd '" + folder + "' && '" + launcher + "' -p " + port() + " le0nh4rt uppercase x")
                .await()
                .expect(0);

        assertEquals("X\n", result.stdout());
        assertEquals(List.of(), result.stderr());
    }

    private Program client(String... arguments) {
        String[] all = new String[arguments.length + 2];
        all[0] = "-p";
        all[1] = Integer.toString(port());
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return Program.client(all);
    }
}
