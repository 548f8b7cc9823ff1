package securemqtt.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Our responder with independent clients in Python, through Mosquitto. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PythonClientIT {
    private final List<Program> programs = new ArrayList<>();
    private int port;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        Mosquitto mosquitto = Mosquitto.start(folder);
        programs.add(mosquitto.program());
        port = mosquitto.port();
        Program responder = Program.responder("-p", Integer.toString(port));
        programs.add(responder);
        responder.awaitStderr("ready: ");
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
        assertEquals(
                answer + "\n",
                Peers.python("client", port, "le0nh4rt", action, message)
                        .await()
                        .expect(0)
                        .stdout());
    }

    @Test
    void theClientInPythonKnowsTheKnownAnswers() {
        Peers.pythonVectors().await().expect(0);
    }

    @Test
    void noneOf200ExchangesInARowFails() {
        report(Peers.python("exchanges", port, "--count", "200"));
    }

    /** One shared secret in 256 has a leading zero byte, so 4000 tries almost certainly find one. */
    @Test
    void aSecretWithALeadingZeroByteIsUnderstood() {
        report(Peers.python("exchanges", port, "--count", "4000", "--netid-prefix", "hunt", "--leading-zeros", "1"));
    }

    private static void report(Program exchanges) {
        System.out.print(exchanges.await().expect(0).stdout());
    }
}
