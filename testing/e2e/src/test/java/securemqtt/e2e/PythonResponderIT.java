package securemqtt.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our client with independent responders in Python, through Mosquitto. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PythonResponderIT {
    private final List<Program> programs = new ArrayList<>();
    private int port;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        Mosquitto mosquitto = Mosquitto.start(folder);
        programs.add(mosquitto.program());
        port = mosquitto.port();
        startResponder("--netid", "le0nh4rt");
        startResponder("--netid", "zeros1", "--leading-zeros", "1");
        startResponder("--netid", "zeros2", "--leading-zeros", "2");
    }

    private void startResponder(String... arguments) {
        Program responder = Peers.python("responder", port, arguments);
        programs.add(responder);
        responder.awaitStdout("^ready$");
    }

    @AfterAll
    void stop() {
        programs.forEach(Program::close);
    }

    @ParameterizedTest
    @CsvSource({
        "uppercase, Héllo wörld 🎓, HÉLLO WÖRLD 🎓",
        "lowercase, Héllo WÖRLD 🎓, héllo wörld 🎓",
        "title-case, héllo WÖRLD 🎓, Héllo Wörld 🎓",
        "reverse, The LAN Before Time, emiT erofeB NAL ehT",
        "shuffle, zzzzzz, zzzzzz",
    })
    void everyActionIsAnswered(String action, String message, String answer) {
        assertEquals(answer + "\n", answer("le0nh4rt", action, message));
    }

    @ParameterizedTest
    @ValueSource(strings = {"zeros1", "zeros2"})
    void secretsWithLeadingZeroBytesAreUnderstood(String netId) {
        assertEquals("X\n", answer(netId, "uppercase", "x"));
    }

    private String answer(String netId, String action, String message) {
        return Program.client("-p", Integer.toString(port), netId, action, message)
                .await()
                .expect(0)
                .stdout();
    }
}
