package securemqtt.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Client and responder with a broker whose name has two addresses: first 127.0.0.2, then 127.0.0.1, where it listens.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisabledIfSystemProperty(named = "native", matches = "true", disabledReason = "for the client on Java")
class AddressesIT {
    private static final String NETID = "le0nh4rt";

    private Mosquitto mosquitto;
    private Map<String, String> names;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        mosquitto = Mosquitto.start(folder);
        Path hosts = Files.writeString(folder.resolve("hosts"), """
                127.0.0.2 broker.test
                127.0.0.1 broker.test
                127.0.0.2 nobody.test
                127.0.0.3 nobody.test
                """);
        // With this property, Java resolves names only from this file.
        names = Map.of("JDK_JAVA_OPTIONS", "-Djdk.net.hosts.file=" + hosts);
    }

    @AfterAll
    void stop() {
        mosquitto.close();
    }

    @Test
    void theSecondAddressIsTriedWhereNothingListensAtTheFirst() {
        expectAnswer();
    }

    /** The timeout is too short to wait until the first address times out. */
    @Test
    void theSecondAddressIsTriedInTimeWhereTheFirstDoesNotAnswer() throws IOException {
        try (ScriptedServer silent = new ScriptedServer("127.0.0.2", mosquitto.port())) {
            silent.dropNewcomers();

            expectAnswer("--timeout", "8");
        }
    }

    private void expectAnswer(String... options) {
        try (Program responder = start("secure_mqtt_responder", "-h", "broker.test", "--netid", NETID)) {
            responder.awaitStderr("ready: answering NetID " + NETID + " at broker\\.test:" + mosquitto.port());
            String[] arguments = Stream.concat(
                            Stream.of("-h", "broker.test"),
                            Stream.concat(Arrays.stream(options), Stream.of(NETID, "uppercase", "x")))
                    .toArray(String[]::new);

            assertEquals(
                    "X\n",
                    start("secure_mqtt_client", arguments).await().expect(0).stdout());
        }
    }

    @Test
    void theClientsErrorNamesAllAddressesThatWereTried() {
        Program.Result result = start("secure_mqtt_client", "-h", "nobody.test", NETID, "uppercase", "x")
                .await()
                .expect(3);

        assertEquals(
                "secure_mqtt_client: error: connecting to the broker: nothing listens at nobody.test:"
                        + mosquitto.port() + " (tried 127.0.0.2, 127.0.0.3)",
                // In the first line, Java names the variable that this test sets.
                result.stderr().get(1));
    }

    @Test
    void theRespondersWarningNamesAllAddressesThatWereTried() {
        try (Program responder = start("secure_mqtt_responder", "-h", "nobody.test")) {
            responder.awaitStderr("WARN  not connected: nothing listens at nobody\\.test:" + mosquitto.port()
                    + " \\(tried 127\\.0\\.0\\.2, 127\\.0\\.0\\.3\\)");
        }
    }

    private Program start(String program, String... arguments) {
        String[] all = Stream.concat(Stream.of("-p", Integer.toString(mosquitto.port())), Arrays.stream(arguments))
                .toArray(String[]::new);
        return Program.start(names, Program.HOME.resolve(program).toString(), all);
    }
}
