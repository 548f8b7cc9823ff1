package securemqtt.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import securemqtt.broker.OptionFile;

class EnvironmentDefaultsTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(SECURE_MQTT_[A-Z_]+)` \\| `(--[a-z-]+)`.*? \\|");

    private final SecureMqttClient client = new SecureMqttClient(null);
    private final StringWriter errors = new StringWriter();

    @Test
    void aVariableSetsAnOptionThatIsNotGiven() {
        String one = "a".repeat(64);
        String other = "b".repeat(64);

        parse(Map.of("SECURE_MQTT_SHOW_SECRETS", "true"));
        assertTrue(client.showSecretsOption.isGiven());

        parse(Map.of(
                "SECURE_MQTT_HOST", "broker",
                "SECURE_MQTT_PORT", "8883",
                "SECURE_MQTT_TIMEOUT", "5",
                "SECURE_MQTT_MAX_ANSWER", "7",
                "SECURE_MQTT_PIN", one + "," + other,
                "SECURE_MQTT_TLS", "true",
                "SECURE_MQTT_CAFILE", "ca.pem",
                "SECURE_MQTT_USERNAME", "student",
                "SECURE_MQTT_PASSWORD_FILE", "password",
                "SECURE_MQTT_VERBOSE", "true"));

        assertEquals("broker", client.host);
        assertEquals(8883, client.port);
        assertEquals(5, client.timeoutSeconds);
        assertEquals(7, client.maxAnswerLength);
        assertEquals(Set.of(one, other), client.pins);
        assertTrue(client.brokerOptions.tls());
        assertEquals(Optional.of(new OptionFile("--cafile", Path.of("ca.pem"))), client.brokerOptions.caFile());
        assertEquals(Optional.of("student"), client.brokerOptions.userName());
        assertEquals(
                Optional.of(new OptionFile("--password-file", Path.of("password"))),
                client.brokerOptions.passwordFile());
        assertTrue(client.verbose);
    }

    @Test
    void anOptionHasPriorityOverItsVariable() {
        String pin = "a".repeat(64);

        parse(Map.of("SECURE_MQTT_HOST", "broker", "SECURE_MQTT_PIN", "b".repeat(64)), "-h", "other", "--pin", pin);

        assertEquals("other", client.host);
        assertEquals(Set.of(pin), client.pins);
    }

    @Test
    void aFlagThatBothSetIsTrue() {
        parse(Map.of("SECURE_MQTT_TLS", "true", "SECURE_MQTT_VERBOSE", "true"), "--tls", "-v");

        assertTrue(client.brokerOptions.tls());
        assertTrue(client.verbose);
    }

    @Test
    void aVariableCanSetAFlagToFalse() {
        parse(Map.of("SECURE_MQTT_TLS", "false"));

        assertFalse(client.brokerOptions.tls());
    }

    @Test
    void withoutVariablesOptionsHaveTheirDefaults() {
        parse(Map.of());

        assertEquals("localhost", client.host);
        assertEquals(Set.of(), client.pins);
        assertFalse(client.brokerOptions.tls());
    }

    @Test
    void anEmptyVariableIsRefused() {
        assertEquals(2, run(Map.of("SECURE_MQTT_CAFILE", "")));
        assertTrue(errors.toString().startsWith("secure_mqtt_client: error: SECURE_MQTT_CAFILE must not be empty\n"));
    }

    @Test
    void theHintNamesTheVariableOfAWrongValue() {
        assertEquals(2, run(Map.of("SECURE_MQTT_PORT", "http", "SECURE_MQTT_HOST", "broker")));
        assertEquals(
                "secure_mqtt_client: hint: set in the environment: SECURE_MQTT_PORT",
                errors.toString().lines().toList().get(1));
    }

    @Test
    void theHintNamesTheVariableOfAValueOutOfRange() {
        assertEquals(2, run(Map.of("SECURE_MQTT_PORT", "0")));
        assertEquals(
                List.of(
                        "secure_mqtt_client: error: PORT must be in 1..65535, not 0",
                        "secure_mqtt_client: hint: set in the environment: SECURE_MQTT_PORT"),
                errors.toString().lines().limit(2).toList());
    }

    @Test
    void theDocumentationListsEveryVariable() throws IOException {
        Map<String, String> listed = new TreeMap<>();
        ROW.matcher(Files.readString(Path.of("../docs/client.md")))
                .results()
                .forEach(row -> listed.put(row.group(1), row.group(2)));

        assertEquals(
                new CommandLine(client)
                        .getCommandSpec().options().stream()
                                .filter(option ->
                                        EnvironmentDefaults.variable(option).isPresent())
                                .collect(Collectors.toMap(
                                        option -> EnvironmentDefaults.variable(option)
                                                .get(),
                                        option -> option.longestName(),
                                        (one, other) -> one,
                                        TreeMap::new)),
                listed);
    }

    private void parse(Map<String, String> environment, String... options) {
        commandLine(environment).parseArgs(arguments(options));
    }

    private int run(Map<String, String> environment, String... options) {
        return commandLine(environment).setErr(new PrintWriter(errors, true)).execute(arguments(options));
    }

    private CommandLine commandLine(Map<String, String> environment) {
        return CommandLineSetup.setUp(new CommandLine(client), new EnvironmentDefaults(environment));
    }

    private static String[] arguments(String... options) {
        return Stream.concat(Stream.of(options), Stream.of("a", "uppercase", "x"))
                .toArray(String[]::new);
    }
}
