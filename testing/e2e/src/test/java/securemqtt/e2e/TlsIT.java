package securemqtt.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import securemqtt.e2e.FaultTable.Row;

/**
 * Client and responder with a Mosquitto that requires TLS, a user name and a password. If a test concerns only one of
 * the two, the other uses Mosquitto's listener without TLS.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(FaultTable.class)
class TlsIT {
    /** Has a $ and braces, which must not be read as a reference to a setting. */
    private static final String SECRET = "s3${HOME}cret";

    private static final Map<String, String> PASSWORD = Map.of("SECURE_MQTT_PASSWORD", SECRET);

    private final List<Program> programs = new ArrayList<>();
    private Path folder;
    private int good;
    private int expired;
    private int otherHost;
    private int certificateWanted;
    private int nameAsIdentifier;
    private int plain;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        this.folder = folder;
        Peers.require("openssl");
        openssl("req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=authority");
        certificate("good", "localhost", 2);
        certificate("expired", "localhost", -1);
        certificate("other", "elsewhere.example", 2);
        program(Peers.require("mosquitto_passwd"), "-c", "-b", file("passwords"), "student", SECRET);
        program(Peers.require("mosquitto_passwd"), "-b", file("passwords"), "tutor", SECRET);
        Files.writeString(folder.resolve("rules"), """
                user student
                topic write a/+/request
                topic read a/+/response
                user tutor
                topic read +/+/request
                topic write +/+/response
                """);
        // Mosquitto drops root privileges before it reads these files.
        program("chmod", "-R", "a+rX", folder.toString());
        good = Mosquitto.freePort();
        expired = Mosquitto.freePort();
        otherHost = Mosquitto.freePort();
        certificateWanted = Mosquitto.freePort();
        nameAsIdentifier = Mosquitto.freePort();
        List<String> settings = new ArrayList<>(List.of("allow_anonymous true", "set_tcp_nodelay true"));
        settings.addAll(tlsListener(good, "good"));
        settings.addAll(
                List.of("allow_anonymous false", "password_file " + file("passwords"), "acl_file " + file("rules")));
        settings.addAll(tlsListener(expired, "expired"));
        settings.add("allow_anonymous true");
        settings.addAll(tlsListener(otherHost, "other"));
        settings.add("allow_anonymous true");
        settings.addAll(tlsListener(certificateWanted, "good"));
        settings.addAll(List.of("allow_anonymous true", "require_certificate true"));
        settings.addAll(tlsListener(nameAsIdentifier, "good"));
        settings.addAll(List.of(
                "allow_anonymous false", "password_file " + file("passwords"), "use_username_as_clientid true"));
        Mosquitto mosquitto = Mosquitto.start(folder, settings.toArray(String[]::new));
        programs.add(mosquitto.program());
        plain = mosquitto.port();
        Program responder = Program.responder("-p", Integer.toString(plain), "--netid", "a");
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
        Files.writeString(folder.resolve("password"), SECRET + "\n");

        assertEquals(
                "X\n",
                client(Map.of(), good, "--password-file", file("password"))
                        .await()
                        .expect(0)
                        .stdout());
    }

    @Test
    void theAuthoritiesOfTheJavaRuntimeAreTrustedWithoutAFile() {
        assertEquals(
                "X\n",
                clientOf(javaTrustsTheAuthority(), "--tls", "--username", "student", "-p", Integer.toString(good))
                        .await()
                        .expect(0)
                        .stdout());
    }

    @Test
    void theBrokerWithAPasswordFileDoesNotKnowThePassword(Row row) {
        row.expect(client(Map.of("SECURE_MQTT_PASSWORD", "guess"), good), good, 60);
    }

    @Test
    void theAuthorityOfTheCertificateIsNotTrusted(Row row) {
        row.expect(clientOf(Map.of(), "--tls", "-p", Integer.toString(good)), good, 60);
    }

    @Test
    void theCertificateHasExpired(Row row) {
        row.expect(client(PASSWORD, expired), expired, 60);
    }

    @Test
    void theCertificateIsForAnotherHost(Row row) {
        row.expect(client(PASSWORD, otherHost), otherHost, 60);
    }

    @Test
    void theBrokerWantsACertificateOfTheClient(Row row) {
        row.expect(client(PASSWORD, certificateWanted), certificateWanted, 60);
    }

    /** The certificate contains the name localhost and no address. */
    @Test
    void theCertificateHasTheNameAndTheClientAnAddress(Row row) {
        row.expect(client(PASSWORD, good, "-h", "127.0.0.1"), good, 60);
    }

    @Test
    void thePortIsNotOneForTLS(Row row) {
        row.expect(client(PASSWORD, plain), plain, 60);
    }

    @Test
    void aMissingPasswordIsAUsageError() {
        assertTrue(client(Map.of(), good).await().expect(2).stderr().get(0).contains("--username needs a password"));
    }

    @Test
    void theResponderServesABrokerThatWantsTlsAndAPasswordWhichItNeverShows() throws Exception {
        Map<String, String> environment =
                Map.of("SECURE_MQTT_PASSWORD", SECRET, "SECURE_MQTT_NETID", "tls", "QUARKUS_LOG_LEVEL", "DEBUG");
        try (Program responder = responder(environment, good, "--cafile", file("ca.pem"), "--username", "tutor")) {
            responder.awaitStderr("ready: ");

            assertAnswered("tls");
            responder.signal("TERM");
            assertFalse(String.join("\n", responder.await().stderr()).contains(SECRET));
        }
    }

    /** With such a broker, a second connection of the responder would end its first one. */
    @Test
    void theResponderStaysConnectedToABrokerThatMakesTheUserNameTheClientIdentifier() throws Exception {
        try (Program responder = responder(
                PASSWORD, nameAsIdentifier, "--cafile", file("ca.pem"), "--username", "tutor", "--netid", "named")) {
            responder.awaitStderr("ready: ");

            assertAnswered("named");
            responder.signal("TERM");
            List<String> stderr = responder.await().expect(0).stderr();
            assertTrue(
                    stderr.stream().noneMatch(line -> line.contains("lost the connection to the broker")),
                    stderr.toString());
        }
    }

    @Test
    void theRespondersPasswordMayBeInAFileThatCanBeReadOnlyOnce() throws IOException {
        String launcher = Program.HOME.resolve("secure_mqtt_responder").toString();
        String command = "exec '%s' -p %d --netid piped --cafile '%s' --username tutor --password-file /dev/stdin"
                .formatted(launcher, good, file("ca.pem"));
        Files.writeString(folder.resolve("password"), SECRET + "\n");
        try (Program responder = Program.start("sh", "-c", "cat '" + file("password") + "' | { " + command + "; }")) {
            responder.awaitStderr("ready: ");

            assertAnswered("piped");
        }
    }

    @Test
    void clientAndResponderTakeFilesAsPeopleHaveThem() throws IOException {
        openssl("req -x509 -newkey rsa:2048 -nodes -keyout other.key -out other.pem -days 2 -subj /CN=other");
        openssl("x509 -in ca.pem -addtrust serverAuth -setalias lab -out trusted.pem");
        openssl("x509 -in other.pem -text -out text.pem");
        StringBuilder blocks = new StringBuilder("\uFEFF");
        for (String name : List.of("other.key", "text.pem", "trusted.pem")) {
            blocks.append(Files.readString(folder.resolve(name)));
        }
        Files.writeString(folder.resolve("all.pem"), blocks.toString().replace("\n", "\r\n"));
        Files.writeString(folder.resolve("windows"), "\uFEFF" + SECRET + "\r\n");
        String[] files = {"--cafile", file("all.pem"), "--password-file", file("windows")};

        String[] student = options(files, "--username", "student", "-p", Integer.toString(good));
        assertEquals("X\n", clientOf(Map.of(), student).await().expect(0).stdout());
        try (Program responder = responder(Map.of(), good, options(files, "--username", "tutor", "--netid", "files"))) {
            responder.awaitStderr("ready: ");

            assertAnswered("files");
        }
    }

    @Test
    void clientAndResponderNameTheFileTheBlockAndWhatIsWrongWithIt() throws IOException {
        String certificate = Files.readString(folder.resolve("ca.pem")).replaceFirst("\nMII", "\n*II");
        Files.writeString(folder.resolve("broken.pem"), Files.readString(folder.resolve("ca.key")) + certificate);
        String[] options = {"--cafile", file("broken.pem"), "-p", Integer.toString(good)};
        String problem = ": error: --cafile " + file("broken.pem") + ": block 2 (CERTIFICATE) is not valid base64";

        assertEquals(
                "secure_mqtt_client" + problem,
                clientOf(Map.of(), options).await().expect(2).stderr().get(0));
        assertEquals(
                "secure_mqtt_responder" + problem,
                Program.responder(options).await().expect(2).stderr().get(0));
    }

    private static String[] options(String[] options, String... more) {
        return Stream.concat(Arrays.stream(options), Arrays.stream(more)).toArray(String[]::new);
    }

    @Test
    void theResponderTrustsTheAuthoritiesOfTheJavaRuntimeWithoutAFile() {
        try (Program responder =
                responder(javaTrustsTheAuthority(), good, "--tls", "--username", "tutor", "--netid", "java")) {
            responder.awaitStderr("ready: ");

            assertAnswered("java");
        }
    }

    private void assertAnswered(String netId) {
        String port = Integer.toString(plain);
        assertEquals(
                "X\n",
                Program.client("-p", port, netId, "uppercase", "x")
                        .await()
                        .expect(0)
                        .stdout());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "good | --tls | showed a certificate that no trusted authority has signed",
                "expired | --cafile ca.pem | showed a certificate that has expired",
                "other | --cafile ca.pem | showed a certificate for another host",
                "good | --cafile ca.pem -h 127.0.0.1 | showed a certificate for another host",
                "plain | --cafile ca.pem | failed; this may not be a TLS port",
                "good | --cafile ca.pem | refused the connection: this client is not authorized, it may require",
                "good | --cafile ca.pem --username teacher | refused the connection: this client is not authorized",
            })
    void theResponderSaysWhyItIsNotConnectedAndIsNotReady(String broker, String options, String words)
            throws Exception {
        int port = Map.of("good", good, "expired", expired, "other", otherHost, "plain", plain)
                .get(broker);
        try (Program responder = responder(
                PASSWORD, port, options.replace("ca.pem", file("ca.pem")).split(" "))) {
            responder.awaitStderr("WARN  not connected: .*" + port + " " + words);

            responder.signal("TERM");
            List<String> stderr = responder.await().expect(0).stderr();
            assertTrue(stderr.stream().noneMatch(line -> line.contains("ready: ")), stderr.toString());
        }
    }

    private static Program responder(Map<String, String> environment, int port, String... options) {
        String[] arguments = Stream.concat(Stream.of("-p", Integer.toString(port)), Arrays.stream(options))
                .toArray(String[]::new);
        return Program.start(
                environment, Program.HOME.resolve("secure_mqtt_responder").toString(), arguments);
    }

    private Map<String, String> javaTrustsTheAuthority() {
        String store = file("authorities.p12");
        if (!Files.exists(Path.of(store))) {
            program(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    ("-importcert -noprompt -alias ca -storepass changeit -keystore " + store + " -file "
                                    + file("ca.pem"))
                            .split(" "));
        }
        return Map.of(
                "SECURE_MQTT_PASSWORD",
                SECRET,
                "JDK_JAVA_OPTIONS",
                "-Djavax.net.ssl.trustStore=" + store + " -Djavax.net.ssl.trustStorePassword=changeit");
    }

    private Program client(Map<String, String> environment, int port, String... more) {
        List<String> arguments = new ArrayList<>(List.of("--cafile", file("ca.pem"), "--username", "student"));
        arguments.addAll(List.of("-p", Integer.toString(port)));
        arguments.addAll(List.of(more));
        return clientOf(environment, arguments.toArray(String[]::new));
    }

    private static Program clientOf(Map<String, String> environment, String... options) {
        String launcher = Program.HOME.resolve("secure_mqtt_client").toString();
        String[] arguments = Stream.concat(Arrays.stream(options), Stream.of("a", "uppercase", "x"))
                .toArray(String[]::new);
        return Program.start(environment, launcher, arguments);
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
