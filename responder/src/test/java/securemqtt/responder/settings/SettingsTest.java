package securemqtt.responder.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.smallrye.config.WithDefault;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    /** A row of the table in docs/responder.md: the variable, its meaning, its default. */
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `(SECURE_MQTT_[A-Z_]+)` \\| [^|]+ \\| (`([^`]*)`)? *\\|$");

    @AfterEach
    void forgetSettings() {
        System.getProperties().keySet().removeIf(name -> name.toString().startsWith(ResponderConfig.PREFIX));
    }

    @Test
    void theDocumentationListsEverySettingWithItsDefault() throws IOException {
        TreeSet<String> listed = ROW.matcher(Files.readString(Path.of("../docs/responder.md")))
                .results()
                .map(row -> row.group(1) + "=" + (row.group(3) == null ? "" : row.group(3)))
                .collect(Collectors.toCollection(TreeSet::new));

        TreeSet<String> declared = Arrays.stream(ResponderConfig.class.getDeclaredMethods())
                .map(setting -> variable(setting) + "=" + defaultOf(setting))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(declared, listed);
    }

    private static String variable(Method setting) {
        return "SECURE_MQTT_" + setting.getName().replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT);
    }

    private static String defaultOf(Method setting) {
        WithDefault annotation = setting.getAnnotation(WithDefault.class);
        return annotation == null ? "" : annotation.value();
    }

    @Test
    void aValueMayHaveDollarsAndBraces() {
        assertEquals(
                "a${HOME}b", Settings.read(Map.of("netid", "a${HOME}b")).netid().orElseThrow());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "port | abc | SECURE_MQTT_PORT must not be 'abc'",
                "port | 0 | PORT must be in 1..65535, not 0",
                "port | 65536 | PORT must be in 1..65535, not 65536",
                "host | ' ' | HOST must not be empty",
                "netid | a/b | a NetID must not contain /",
                "max-sessions | 0 | SECURE_MQTT_MAX_SESSIONS must be in 1..2147483647, not 0",
                "log-format | xml | SECURE_MQTT_LOG_FORMAT must not be 'xml'",
                "management-port | x | SECURE_MQTT_MANAGEMENT_PORT must not be 'x'",
                "management-port | -1 | the management port must be in 0..65535, not -1",
                "management-port | 65536 | the management port must be in 0..65535, not 65536",
                "management-host | ' ' | the management host must not be empty",
                "page-port | 65536 | the page port must be in 0..65535, not 65536",
                "page-host | ' ' | the page host must not be empty",
                "tls | ture | SECURE_MQTT_TLS must not be 'ture'",
                "tls | '' | SECURE_MQTT_TLS must not be empty; unset it if you do not need it",
                "cafile | '' | SECURE_MQTT_CAFILE must not be empty; unset it if you do not need it",
                "password-file | '' | SECURE_MQTT_PASSWORD_FILE must not be empty; unset it if you do not need it",
                "management-port | '' | SECURE_MQTT_MANAGEMENT_PORT must not be empty; unset it if you do not need it",
                "session-idle | 5x | SECURE_MQTT_SESSION_IDLE must not be '5x'",
                "session-idle | 0s | SECURE_MQTT_SESSION_IDLE must be positive",
            })
    void theErrorNamesAWrongSetting(String name, String value, String message) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> Settings.read(Map.of(name, value)))
                        .getMessage());
    }

    @Test
    void aLastingIdentityLeavesNoKeyPairToChoose() {
        Map<String, String> settings = Map.of("leading-zero", "true", "identity", "id.pem");

        assertEquals(
                "either --leading-zero or --identity, not both: --leading-zero needs a new key pair for each session",
                assertThrows(IllegalArgumentException.class, () -> Settings.read(settings))
                        .getMessage());
    }

    @Test
    void thePageAndTheManagementNeedTwoPorts() {
        Map<String, String> settings = Map.of("page-port", "9000", "management-port", "9000");

        assertEquals(
                "the page and the management need two ports: change --page-port or --management-port"
                        + " (SECURE_MQTT_PAGE_PORT, SECURE_MQTT_MANAGEMENT_PORT)",
                assertThrows(IllegalArgumentException.class, () -> Settings.read(settings))
                        .getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "sessions-secret-file, --sessions-secret-file needs --sessions",
        "sessions-cafile, --sessions-cafile needs --sessions",
        "sessions-password-file, --sessions-password-file needs --sessions",
        "group, --group needs --sessions",
    })
    void whatBelongsToSharedSessionsNeedsThem(String name, String message) {
        assertEquals(message, refusal(Map.of(name, "x")));
    }

    @Test
    void sharedSessionsNeedASecret() {
        assertEquals(
                "--sessions needs --sessions-secret-file FILE, the same for all responders; --new-sessions-secret FILE"
                        + " makes such a file",
                refusal(Map.of("sessions", "redis://redis")));
    }

    @ParameterizedTest
    @CsvSource({
        "sessions-cafile, ca.pem, --sessions-cafile needs TLS: --sessions rediss://HOST:PORT",
        "group, a/b, '--group must be 1 to 64 letters, digits, dots, dashes or underscores, not a/b'",
    })
    void someSettingsDoNotFitSharedSessions(String name, String value, String message) {
        assertEquals(
                message, refusal(Map.of("sessions", "redis://redis", "sessions-secret-file", "secret", name, value)));
    }

    @Test
    void aGroupSharesItsSubscription() {
        assertEquals("+/+/request", Settings.requests(Settings.read(Map.of())));
        Map<String, String> shared = Map.of("sessions", "redis://redis", "sessions-secret-file", "secret");
        assertEquals("$share/secure-mqtt/+/+/request", Settings.requests(Settings.read(shared)));
        assertEquals(
                "$share/spring/n/+/request",
                Settings.requests(Settings.read(Map.of(
                        "sessions",
                        "redis://redis",
                        "sessions-secret-file",
                        "secret",
                        "group",
                        "spring",
                        "netid",
                        "n"))));
    }

    private static String refusal(Map<String, String> settings) {
        return assertThrows(IllegalArgumentException.class, () -> Settings.read(settings))
                .getMessage();
    }

    @Test
    void theLastingKeyIsNeverShown() {
        Map<String, String> settings = Map.of("show-secrets", "true", "identity", "identity.pem");

        assertEquals(
                "--show-secrets would log the private value of --identity, which decrypts all exchanges with this"
                        + " identity: remove one of them (SECURE_MQTT_SHOW_SECRETS or SECURE_MQTT_IDENTITY may set"
                        + " them)",
                assertThrows(IllegalArgumentException.class, () -> Settings.read(settings))
                        .getMessage());
    }

    @ParameterizedTest
    @CsvSource({"tls, true", "cafile, ca.pem", "username, me", "password-file, password"})
    void theEmbeddedBrokerHasNoTlsAndNoLogin(String name, String value) {
        Map<String, String> settings = Map.of("embedded-broker", "true", name, value);

        assertEquals(
                "the embedded broker has no TLS and no logins: remove --tls, --cafile, --username and"
                        + " --password-file",
                assertThrows(IllegalArgumentException.class, () -> Settings.read(settings))
                        .getMessage());
    }
}
