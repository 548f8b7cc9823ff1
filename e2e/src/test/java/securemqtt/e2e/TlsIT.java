package securemqtt.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The client with a Mosquitto that wants TLS, a name and a password; the responder uses a plain door of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsIT {
    private static final Map<String, String> PASSWORD = Map.of("SECURE_MQTT_PASSWORD", "secret");

    private final List<Program> programs = new ArrayList<>();
    private Path folder;
    private int good;
    private int expired;
    private int otherHost;
    private int plain;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        this.folder = folder;
        Peers.require("openssl");
        openssl("req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=authority");
        certificate("good", "localhost", 2);
        certificate("expired", "localhost", -1);
        certificate("other", "elsewhere.example", 2);
        program(Peers.require("mosquitto_passwd"), "-c", "-b", file("passwords"), "student", "secret");
        // Mosquitto gives up root's rights before it reads these.
        program("chmod", "-R", "a+rX", folder.toString());
        good = Mosquitto.freePort();
        expired = Mosquitto.freePort();
        otherHost = Mosquitto.freePort();
        List<String> settings = new ArrayList<>(List.of("allow_anonymous true"));
        settings.addAll(tlsListener(good, "good"));
        settings.addAll(List.of("allow_anonymous false", "password_file " + file("passwords")));
        settings.addAll(tlsListener(expired, "expired"));
        settings.add("allow_anonymous true");
        settings.addAll(tlsListener(otherHost, "other"));
        settings.add("allow_anonymous true");
        Mosquitto mosquitto = Mosquitto.start(folder, settings.toArray(String[]::new));
        programs.add(mosquitto.program());
        plain = mosquitto.port();
        Program responder = Program.responder("-p", Integer.toString(plain));
        programs.add(responder);
        responder.awaitStderr("ready: ");
    }

    @AfterAll
    void stop() {
        programs.forEach(Program::close);
    }

    @Test
    void aTrustedBrokerAndTheRightPasswordGiveAnAnswer() {
        assertEquals("X\n", client(PASSWORD, good).await().expect(0).stdout());
    }

    @Test
    void thePasswordMayBeInAFile() throws IOException {
        Files.writeString(folder.resolve("password"), "secret\n");

        assertEquals(
                "X\n",
                client(Map.of(), good, "--password-file", file("password"))
                        .await()
                        .expect(0)
                        .stdout());
    }

    @Test
    void aWrongPasswordIsSaid() {
        assertFails(client(Map.of("SECURE_MQTT_PASSWORD", "guess"), good), 4, "refused the connection");
    }

    @Test
    void aBrokerOfAnUntrustedAuthorityIsSaid() {
        assertFails(
                Program.client("--tls", "-p", Integer.toString(good), "a", "uppercase", "x"),
                3,
                "showed a certificate that no trusted authority has signed");
    }

    @ParameterizedTest
    @CsvSource({"expired, showed a certificate that has expired", "other, showed a certificate of another host"})
    void aBrokerWithAWrongCertificateIsSaid(String which, String problem) {
        assertFails(client(PASSWORD, which.equals("expired") ? expired : otherHost), 3, problem);
    }

    @Test
    void aBrokerThatDoesNotSpeakTlsIsSaid() {
        assertFails(client(PASSWORD, plain), 3, "no TLS connection to localhost:" + plain + " came about");
    }

    @Test
    void aMissingPasswordIsAUsageError() {
        assertTrue(client(Map.of(), good).await().expect(2).stderr().get(0).contains("--username needs a password"));
    }

    private Program client(Map<String, String> environment, int port, String... more) {
        List<String> arguments = new ArrayList<>(List.of("--cafile", file("ca.pem"), "--username", "student"));
        arguments.addAll(List.of("-p", Integer.toString(port)));
        arguments.addAll(List.of(more));
        arguments.addAll(List.of("a", "uppercase", "x"));
        String launcher = Program.HOME.resolve("secure_mqtt_client").toString();
        return Program.start(environment, launcher, arguments.toArray(String[]::new));
    }

    private static void assertFails(Program client, int exitCode, String problem) {
        Program.Result result = client.await().expect(exitCode);
        assertEquals("", result.stdout());
        assertEquals(2, result.stderr().size(), result.stderr().toString());
        assertTrue(result.stderr().get(0).contains(problem), result.stderr().toString());
    }

    private List<String> tlsListener(int port, String certificate) {
        return List.of(
                "listener " + port + " 127.0.0.1",
                "cafile " + file("ca.pem"),
                "certfile " + file(certificate + ".pem"),
                "keyfile " + file(certificate + ".key"));
    }

    private void certificate(String name, String host, int days) throws IOException {
        Files.writeString(folder.resolve("names"), "subjectAltName=DNS:" + host);
        openssl("req -newkey rsa:2048 -nodes -keyout %s.key -out %s.csr -subj /CN=%s".formatted(name, name, host));
        openssl("x509 -req -in %s.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days %d -out %s.pem -extfile names"
                .formatted(name, days, name));
    }

    private void openssl(String arguments) {
        program("sh", "-c", "cd '" + folder + "' && openssl " + arguments);
    }

    private static void program(String program, String... arguments) {
        Program.start(program, arguments).await().expect(0);
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }
}
