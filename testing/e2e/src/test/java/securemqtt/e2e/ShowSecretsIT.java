package securemqtt.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Client and responder with --show-secrets. */
class ShowSecretsIT {
    private static final String WARNING =
            "--show-secrets shows private values and keys: anybody who reads this output can decrypt these messages";

    @ParameterizedTest
    @ValueSource(strings = {"text", "json"})
    void clientAndResponderShowTheSameSteps(String format) throws Exception {
        try (Program responder =
                Program.responder("--embedded-broker", "-p", "0", "--show-secrets", "--log-format", format)) {
            String port = responder.awaitStderr("ready: [^\"]*:(\\d+)").group(1);
            Program.Result client = Program.client("-p", port, "--show-secrets", "le0nh4rt", "uppercase", "Grüße")
                    .await()
                    .expect(0);
            responder.awaitStderr("step: response HMAC: ");
            responder.signal("TERM");
            List<String> log = responder.await().expect(0).stderr();

            assertEquals("GRÜSSE\n", client.stdout());
            assertEquals(
                    "secure_mqtt_client: warning: " + WARNING, client.stderr().get(0));
            assertEquals(1, log.stream().filter(line -> line.contains(WARNING)).count(), log.toString());
            assertTrue(log.stream().anyMatch(line -> line.contains("WARN") && line.contains(WARNING)));
            List<String> steps = found("step: [^\"]*", client.stderr());
            assertEquals(11, steps.size(), steps.toString());
            assertEquals(steps, found("step: [^\"]*", log));
            assertEquals(
                    List.of("private: the client's private value: 48 bytes"), found("private: [^,]*", client.stderr()));
            assertEquals(List.of("private: the responder's private value: 48 bytes"), found("private: [^,]*", log));
        }
    }

    @Test
    void theEnvironmentCanAskForItToo() {
        try (Program responder = Program.responder("--embedded-broker", "-p", "0")) {
            String port = responder.awaitStderr("ready: .*:(\\d+)$").group(1);
            List<String> client = Program.start(
                            Map.of("SECURE_MQTT_SHOW_SECRETS", "true"),
                            Program.HOME.resolve("secure_mqtt_client").toString(),
                            "-p",
                            port,
                            "le0nh4rt",
                            "uppercase",
                            "x")
                    .await()
                    .expect(0)
                    .stderr();

            assertEquals("secure_mqtt_client: warning: " + WARNING, client.get(0));
            assertFalse(found("step: .*", client).isEmpty());
        }
    }

    @Test
    void aLastingIdentityIsNeverShown(@TempDir Path folder) {
        String file = folder.resolve("identity.pem").toString();
        Program.responder("--new-identity", file).await().expect(0);

        try (Program responder = Program.responder("--show-secrets", "--identity", file)) {
            List<String> stderr = responder.await().expect(2).stderr();

            assertTrue(
                    stderr.get(0)
                            .startsWith("secure_mqtt_responder: error: --show-secrets would log the private value of"),
                    stderr.toString());
            assertTrue(stderr.get(1).startsWith("Usage: secure_mqtt_responder "), stderr.toString());
        }
    }

    private static List<String> found(String pattern, List<String> lines) {
        Pattern compiled = Pattern.compile(pattern);
        return lines.stream()
                .flatMap(line -> compiled.matcher(line).results())
                .map(MatchResult::group)
                .toList();
    }
}
