package securemqtt.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C during the check of a client of which one case never ends. */
class CheckStopIT {
    private static final String CLIENT = """
            case $* in
              *uppercase*) exec "$0" "$@" ;;
            esac
            exec sleep 600
            """;

    @TempDir
    Path folder;

    @Test
    void aStoppedCheckReportsItsResultsSoFarAndKillsTheClient() throws Exception {
        Path json = folder.resolve("results.json");
        try (Program check = Program.responder(
                "check",
                "--only",
                "uppercase",
                "--only",
                "lowercase",
                "--jobs",
                "2",
                "--json",
                json.toString(),
                "--",
                "sh",
                "-c",
                CLIENT,
                Program.HOME.resolve("secure_mqtt_client").toString())) {
            check.awaitStdout("^pass  lab         uppercase ");
            List<ProcessHandle> clients = check.descendants();
            assertFalse(clients.isEmpty());

            check.signal("INT");
            Program.Result result = check.await().expect(130);

            assertTrue(result.stdout().endsWith("\nstopped: 1 of 2 cases ended\nlab 1 of 1\n"), result::stdout);
            assertEquals(List.of(), result.stderr());
            assertTrue(Files.readString(json).contains("\"passed\" : 1"), "the file has the results so far");
            assertEquals(
                    List.of(), clients.stream().filter(ProcessHandle::isAlive).toList());
        }
    }
}
