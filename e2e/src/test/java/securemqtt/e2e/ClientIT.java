package securemqtt.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The client as a process, where there is no exchange to be had. */
class ClientIT {
    @Test
    void nothingThatListensIsSaidAtOnce() throws IOException {
        String port = Integer.toString(Mosquitto.freePort());

        assertFails(
                Program.client("-p", port, "le0nh4rt", "uppercase", "x"),
                3,
                "connecting to the broker: nothing listens at localhost:" + port);
    }

    @Test
    void anUnknownHostIsSaidAtOnce() {
        assertFails(
                Program.client("-h", "nowhere.invalid", "le0nh4rt", "uppercase", "x"),
                3,
                "connecting to the broker: no host is known by the name nowhere.invalid");
    }

    @Test
    void aBrokerThatRefusesTheConnectionIsSaidAtOnce(@TempDir Path folder) throws IOException {
        try (Mosquitto mosquitto = Mosquitto.start(folder, "allow_anonymous false")) {
            String port = Integer.toString(mosquitto.port());

            assertFails(
                    Program.client("-p", port, "le0nh4rt", "uppercase", "x"),
                    4,
                    "connecting to the broker: localhost:" + port
                            + " refused the connection: it does not allow this client in");
        }
    }

    @Test
    void aServerThatHangsUpIsSaidAtOnce() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String port = Integer.toString(server.getLocalPort());
            try (Program client = Program.client("-p", port, "le0nh4rt", "uppercase", "x")) {
                server.accept().close();

                assertFails(
                        client,
                        3,
                        "connecting to the broker: localhost:" + port + " closed the connection before it accepted it");
            }
        }
    }

    @Test
    void aServerThatSaysNothingIsLeftAtTheDeadline() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String port = Integer.toString(server.getLocalPort());

            assertFails(
                    Program.client("-p", port, "--timeout", "2", "le0nh4rt", "uppercase", "x"),
                    3,
                    "no answer within 2 s: still connecting to the broker");
        }
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void aSignalEndsItWithoutAWord(String signal, int exitCode) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String port = Integer.toString(server.getLocalPort());
            try (Program client = Program.client("-p", port, "le0nh4rt", "uppercase", "x")) {
                server.accept();

                client.signal(signal);

                Program.Result result = client.await().expect(exitCode);
                assertEquals("", result.stdout());
                assertEquals(List.of(), result.stderr());
            }
        }
    }

    private static void assertFails(Program client, int exitCode, String problem) {
        Program.Result result = client.await().expect(exitCode);

        assertEquals("", result.stdout());
        assertEquals(2, result.stderr().size(), String.join("\n", result.stderr()));
        assertEquals("secure_mqtt_client: error: " + problem, result.stderr().get(0));
        assertTrue(result.stderr().get(1).startsWith("secure_mqtt_client: hint: "));
    }
}
