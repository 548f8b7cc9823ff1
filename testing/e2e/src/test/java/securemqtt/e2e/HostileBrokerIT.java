package securemqtt.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The client with brokers that break MQTT's rules, and the data that it sends to brokers. */
class HostileBrokerIT {
    @Test
    void anAcknowledgementOfAnotherSubscriptionIsNone() throws Exception {
        try (ScriptedServer server = new ScriptedServer();
                Program client = Program.client(
                        "-v", "-p", Integer.toString(server.port()), "--timeout", "60", "le0nh4rt", "uppercase", "x")) {
            server.accept();
            server.read();
            server.acknowledgeConnect(0);
            byte[] subscribe = server.read();
            byte[] other = subscribe.clone();
            other[1]++;
            server.acknowledgeSubscribe(other, 0x80);
            server.acknowledgeSubscribe(subscribe, 1);

            client.awaitStderr("key sent");
            assertTrue(
                    new String(server.read(), StandardCharsets.ISO_8859_1).contains("le0nh4rt/key-exchange/request"));
        }
    }

    /** One broker may serve several names and have a separate certificate for each. */
    @Test
    @DisabledIfSystemProperty(named = "native", matches = "true", disabledReason = "for the client on Java")
    void aNameWithoutADotIsSentForTls(@TempDir Path folder) throws Exception {
        Path hosts = Files.writeString(folder.resolve("hosts"), "127.0.0.1 withoutadot\n");
        try (ScriptedServer server = new ScriptedServer();
                Program client = Program.start(
                        Map.of("JDK_JAVA_OPTIONS", "-Djdk.net.hosts.file=" + hosts),
                        Program.HOME.resolve("secure_mqtt_client").toString(),
                        "--tls",
                        "-h",
                        "withoutadot",
                        "-p",
                        Integer.toString(server.port()),
                        "le0nh4rt",
                        "uppercase",
                        "x")) {
            server.accept();

            String clientHello = new String(server.readTlsRecord(), StandardCharsets.ISO_8859_1);

            assertTrue(clientHello.contains("\0\013withoutadot"));
            server.hangUp();
            assertEquals("", client.await().expect(3).stdout());
        }
    }

    @Test
    void aRefusalWithAnMqtt5CodeIsReportedInWords() throws Exception {
        try (ScriptedServer server = new ScriptedServer();
                Program client = Program.client("-p", Integer.toString(server.port()), "le0nh4rt", "uppercase", "x")) {
            server.accept();
            server.read();
            server.acknowledgeConnect(0x86);

            assertEquals(
                    "secure_mqtt_client: error: connecting to the broker: localhost:" + server.port()
                            + " refused the connection: it requires a user name and password",
                    client.await().expect(4).stderr().get(0));
        }
    }
}
