package securemqtt.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The responder as a process. */
class ResponderIT {
    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void aSignalStopsItCleanly(String signal) throws Exception {
        try (Program responder = Program.responder("--embedded-broker", "-p", "0")) {
            responder.awaitStderr("ready: ");

            responder.signal(signal);

            Program.Result result = responder.await().expect(0);
            assertEquals("", result.stdout());
            assertEndsQuietly(result);
        }
    }

    @Test
    void aSignalStopsItCleanlyWhileThereIsNoBroker() throws Exception {
        String port = Integer.toString(Mosquitto.freePort());
        try (Program responder = Program.responder("-p", port)) {
            responder.awaitStderr("no broker at localhost:" + port + " yet");

            responder.signal("TERM");

            assertEndsQuietly(responder.await().expect(0));
        }
    }

    /** The libraries' long complaints about closed connections must not appear: the user asked for the end. */
    private static void assertEndsQuietly(Program.Result result) {
        List<String> stderr = result.stderr();
        assertTrue(stderr.stream().allMatch(line -> line.matches("[0-9:.]+ (INFO |WARN ) .*")), stderr.toString());
        assertTrue(stderr.get(stderr.size() - 1).endsWith("INFO  stopping"), stderr.toString());
    }

    @Test
    void aPortInUseIsReported() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String port = Integer.toString(taken.getLocalPort());

            Program.Result result =
                    Program.responder("--embedded-broker", "-p", port).await().expect(3);

            assertEquals(
                    List.of(
                            "secure_mqtt_responder: error: the embedded broker: port " + port
                                    + " on localhost is already in use",
                            "secure_mqtt_responder: hint: check that -h names this computer and -p a free port;"
                                    + " -p 0 takes any free one"),
                    result.stderr());
        }
    }

    @Test
    void aServiceThatCannotStartIsReportedAsAnError() {
        String launcher = Program.HOME.resolve("secure_mqtt_responder").toString();

        Program.Result result = Program.start(Map.of("MP_MESSAGING_INCOMING_REQUESTS_QOS", "much"), launcher)
                .await()
                .expect(1);

        assertTrue(
                result.stderr().stream()
                        .anyMatch(line ->
                                line.matches("secure_mqtt_responder: error: the service did not start: .*\"much\".*")),
                result.stderr().toString());
    }

    @Test
    void oneNetIdOnlyIsServedOnRequest() {
        // The NetID has a $ and braces, which must not be read as a reference to another setting.
        String netId = "just${HOME}me";
        try (Program responder = Program.responder("--embedded-broker", "-p", "0", "--netid", netId)) {
            String port = responder
                    .awaitStderr("ready: answering NetID \\Q" + netId + "\\E at localhost:(\\d+)")
                    .group(1);

            assertEquals(
                    "X\n",
                    Program.client("-p", port, netId, "uppercase", "x")
                            .await()
                            .expect(0)
                            .stdout());
            Program.client("-p", port, "--timeout", "12", "other", "uppercase", "x")
                    .await()
                    .expect(5);
        }
    }

    @Test
    void noClassOfTheBrokerIsLoadedUnlessAskedFor(@TempDir Path folder) throws Exception {
        Path classes = folder.resolve("classes.log");
        String launcher = Program.HOME.resolve("secure_mqtt_responder").toString();
        Map<String, String> environment = Map.of("JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=" + classes + ":none");
        String port = Integer.toString(Mosquitto.freePort());
        try (Program responder = Program.start(environment, launcher, "-p", port)) {
            responder.awaitStderr("no broker at ");
            responder.signal("TERM");
            responder.await().expect(0);
        }

        List<String> loaded = Files.readAllLines(classes);
        assertTrue(loaded.stream().anyMatch(line -> line.startsWith("securemqtt.responder.")));
        assertFalse(loaded.stream().anyMatch(line -> line.startsWith("org.apache.activemq.")));
    }

    @Test
    void helpGoesToStandardOutput() {
        Program.Result result = Program.responder("--help").await().expect(0);

        assertTrue(result.stdout()
                .startsWith("Usage: secure_mqtt_responder [--help] [--version] [-v] [-h HOST] [-p PORT]\n"));
        assertEquals(List.of(), result.stderr());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--netid a/b",
                "-p 0",
                "-p 70000",
                "--port",
                "-h",
                "surplus",
                "--unknown",
                "--tls --embedded-broker",
                "--username me",
                "--log-format xml",
                "--management-port 70000"
            })
    void wrongOptionsAreNamedBeforeTheUsage(String options) {
        Program.Result result = Program.responder(options.split(" ")).await().expect(2);

        assertEquals("", result.stdout());
        assertTrue(result.stderr().get(0).startsWith("secure_mqtt_responder: error: "));
        assertTrue(result.stderr().get(1).startsWith("Usage: secure_mqtt_responder "));
    }
}
