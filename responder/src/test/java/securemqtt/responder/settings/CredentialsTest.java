package securemqtt.responder.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.smallrye.reactive.messaging.mqtt.session.MqttClientSessionOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsTest {
    @TempDir
    Path folder;

    @AfterEach
    void forgetSettings() {
        System.getProperties().keySet().removeIf(name -> name.toString().startsWith(ResponderConfig.PREFIX));
    }

    @Test
    void withoutCredentialsTheConnectionStaysAsItIs() {
        MqttClientSessionOptions options = options(Map.of(), "unused");

        assertFalse(options.isSsl());
        assertNull(options.getUsername());
        assertNull(options.getPassword());
    }

    @Test
    void tlsChecksTheHostAndTrustsTheAuthoritiesOfJava() {
        MqttClientSessionOptions options = options(Map.of("tls", "true"), null);

        assertTrue(options.isSsl());
        assertEquals("HTTPS", options.getHostnameVerificationAlgorithm());
        assertNull(options.getTrustOptions());
        assertFalse(options.isTrustAll());
    }

    @Test
    void thePasswordOfTheEnvironmentMayHaveAnyCharacters() {
        MqttClientSessionOptions options = options(Map.of("username", "me${a}"), "p${a}\\ ");

        assertEquals("me${a}", options.getUsername());
        assertEquals("p${a}\\ ", options.getPassword());
    }

    @Test
    void thePasswordFileHasPriorityOverTheEnvironment() throws Exception {
        Path file = Files.writeString(folder.resolve("password"), "first \r\nsecond\n");

        assertEquals(
                "first ",
                options(Map.of("username", "me", "password-file", file.toString()), "other")
                        .getPassword());
    }

    @Test
    void theErrorNamesAMissingOrUnusableFile() throws Exception {
        Path none = folder.resolve("none");
        Path empty = Files.writeString(folder.resolve("empty.pem"), "");

        assertWrong(
                "--username needs a password: set SECURE_MQTT_PASSWORD or name a --password-file",
                Map.of("username", "me"));
        assertWrong("--password-file needs --username", Map.of("password-file", none.toString()));
        assertWrong(
                "--password-file " + none + ": there is no such file",
                Map.of("username", "me", "password-file", none.toString()));
        assertWrong("--cafile " + none + ": there is no such file", Map.of("cafile", none.toString()));
        assertWrong(
                "--password-file " + empty + " is empty", Map.of("username", "me", "password-file", empty.toString()));
        assertWrong("--cafile " + empty + " is empty", Map.of("cafile", empty.toString()));
    }

    @Test
    void aUserNameOrPasswordThatIsTooLongForMqttIsRefused() throws Exception {
        String tooLong = "x".repeat(65_536);
        Path file = Files.writeString(folder.resolve("password"), tooLong);

        assertWrong(
                "--username has 65536 bytes in UTF-8, but MQTT allows at most 65535",
                Map.of("username", tooLong, "password-file", file.toString()));
        assertWrong(
                "--password-file " + file + ": the password has 65536 bytes in UTF-8, but MQTT allows at most 65535",
                Map.of("username", "me", "password-file", file.toString()));
    }

    private void assertWrong(String message, Map<String, String> settings) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> read(settings, null))
                        .getMessage());
        forgetSettings();
    }

    private static MqttClientSessionOptions options(Map<String, String> settings, String password) {
        MqttClientSessionOptions options = new MqttClientSessionOptions();
        read(settings, password).applyTo(options);
        return options;
    }

    private static Credentials read(Map<String, String> settings, String password) {
        return Credentials.read(
                Settings.read(settings), password == null ? Map.of() : Map.of("SECURE_MQTT_PASSWORD", password));
    }
}
