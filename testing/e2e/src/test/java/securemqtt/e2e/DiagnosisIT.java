package securemqtt.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import securemqtt.protocol.Refusal;

/** The responder names the mistake of a client that is wrong in one step, played in Python. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DiagnosisIT {
    private static final String SCRIPT =
            Program.HOME.resolve("testing/e2e/src/test/python/mistaken.py").toString();

    private Program responder;
    private String port;

    @BeforeAll
    void startResponder() {
        responder = Program.responder("--embedded-broker", "-p", "0");
        port = responder.awaitStderr("ready: .*:(\\d+)$").group(1);
    }

    @AfterAll
    void stopResponder() {
        responder.close();
    }

    /** The HMAC fits. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "secret-sign-byte",
                "secret-decimal-text",
                "secret-hex-text",
                "secret-own-public-value",
                "secret-peer-public-value",
                "kdf-info-empty",
                "kdf-info-text",
                "kdf-salt-and-info-text",
                "kdf-salt-and-info-digit",
                "kdf-sha512",
                "kdf-plain-sha256",
                "kdf-none-first-bytes",
                "split-halves-swapped",
                "token-standard-base64",
                "token-without-padding",
                "token-newline",
                "token-bytes-literal",
                "token-json-string",
                "token-raw-bytes",
                "token-mac-over-ciphertext",
            })
    void aProvedMistakeIsNamed(String mistake) {
        play(mistake);

        responder.awaitStderr("WARN  " + mistake + ": refused .*\\[" + mistake + ", proved]; ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "split-first-half-twice",
                "token-plain-text",
                "token-without-mac",
                "token-aes-256",
                "token-zero-padding",
                "key-der",
                "key-base64-only",
                "key-bytes-literal",
                "key-json-string",
                "key-escaped-newlines",
                "key-parameters",
                "key-private",
                "key-x942",
                "key-ffdhe4096",
                "key-generator-5",
                "key-rsa",
                "key-ec",
                "key-decimal",
                "key-label",
                "order-no-key-exchange",
                "topic-underscore",
                "topic-action-case",
                "text-latin-1",
            })
    void aMistakeIsRecognizedByTheFormOfTheMessage(String mistake) {
        play(mistake);

        responder.awaitStderr("WARN  " + mistake + ": refused .*\\[" + mistake + "]; ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"qos-0", "key-nul", "token-time-milliseconds", "key-reused", "token-iv-reused"})
    void aMistakeInAMessageThatIsAnsweredIsMentioned(String mistake) {
        play(mistake);

        responder.awaitStderr("INFO  " + mistake + ": answered, but .* \\[" + mistake + "]; ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"topic-leading-slash", "topic-response", "retain"})
    void mistakesThatOnlyTheEmbeddedBrokerSeesAreNamed(String mistake) {
        play(mistake);

        String level = mistake.equals("retain") ? "INFO " : "WARN ";
        responder.awaitStderr(level + " " + mistake + ": message on topic .* \\[" + mistake + "]; ");
    }

    @Test
    void aSecondResponderAndARightClientMakeNoMistake() throws Exception {
        try (Program first = Program.responder("--embedded-broker", "-p", "0")) {
            String ready = first.awaitStderr("ready: .*:(\\d+)$").group(1);
            try (Program second = Program.responder("-p", ready)) {
                second.awaitStderr("ready: ");
                Program.client("-p", ready, "right", "uppercase", "x").await().expect(0);
                play(ready, "qos-0");
                first.awaitStderr("qos-0: answered, but ");
                first.signal("TERM");
                second.signal("TERM");

                List<String> lines = new ArrayList<>(first.await().stderr());
                lines.addAll(second.await().stderr());
                assertEquals(
                        List.of(),
                        lines.stream()
                                .filter(line -> line.contains("[") && !line.contains("[qos-0]"))
                                .toList());
            }
        }
    }

    @Test
    void ofAFloodOfMistakesSomeAreLoggedAndTheOthersCounted() throws Exception {
        try (Program other = Program.responder("--embedded-broker", "-p", "0")) {
            int ready = Integer.parseInt(other.awaitStderr("ready: .*:(\\d+)$").group(1));
            try (Observer stranger = new Observer(ready, "nothing")) {
                for (int i = 0; i < 2_000; i++) {
                    stranger.send("/n" + i + "/uppercase/request", new byte[] {1});
                }
                other.awaitStderr("WARN  [0-9]+ more messages show a mistake of their client$");
            }
        }
    }

    @Test
    void withoutDiagnosisTheReasonAloneIsLogged() {
        try (Program other = Program.responder("--embedded-broker", "-p", "0", "--no-diagnosis")) {
            play(other.awaitStderr("ready: .*:(\\d+)$").group(1), "kdf-plain-sha256");

            other.awaitStderr("refused uppercase, token-not-authentic: "
                    + Pattern.quote(Refusal.TOKEN_NOT_AUTHENTIC.explanation()) + "$");
        }
    }

    @Test
    void aDroppedLeadingZeroIsNamedAtTheFirstRun() {
        String mistake = "secret-leading-zeros-dropped";
        try (Program other = Program.responder("--embedded-broker", "-p", "0", "--leading-zero")) {
            String ready = other.awaitStderr("ready: .*:(\\d+)$").group(1);
            play(ready, mistake);
            other.awaitStderr("WARN  " + mistake + ": refused .*\\[" + mistake + ", proved]; ");

            Program.client("-p", ready, "le0nh4rt", "reverse", "abc").await().expect(0);
        }
    }

    private void play(String mistake) {
        play(port, mistake);
    }

    /** Plays a client that makes one mistake. */
    static void play(String port, String mistake) {
        List<String> arguments = new ArrayList<>(List.of(
                "-B",
                SCRIPT,
                "--port",
                port,
                "--params",
                Program.HOME.resolve("dhparam4096.pem").toString(),
                mistake));
        Program.start(Peers.requirePython(), arguments.toArray(String[]::new))
                .await()
                .expect(0);
    }
}
