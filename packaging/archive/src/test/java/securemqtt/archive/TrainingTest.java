package securemqtt.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the training with scripts in place of the launchers. */
class TrainingTest {
    /** Sets {@code recorded} to the name of the archive that the JVM's option asks for. */
    private static final String RECORD = "recorded=${JAVA_TOOL_OPTIONS#*=}";

    private static final String RESPONDER = String.join(
            "\n",
            "echo $$ >>../../../processes",
            RECORD,
            "trap '[ -z \"$recorded\" ] || echo responder >\"$recorded\"; exit 0' TERM",
            "echo '12:00:00 INFO  ready: answering every NetID at localhost:12345'",
            "while :; do sleep 0.1; done");
    private static final String CLIENT =
            String.join("\n", RECORD, "echo client >\"$recorded\"", "echo 'NETWORKING IS THE BEST!'");

    @TempDir
    Path home;

    @BeforeEach
    void makeFolders() throws IOException {
        Files.createDirectories(folder("client"));
        Files.createDirectories(folder("responder"));
    }

    @Test
    void eachProgramGetsAnArchiveAndNoOtherFile() throws Exception {
        launcher("client", CLIENT);
        launcher("responder", RESPONDER);

        train();

        assertEquals("client\n", Files.readString(folder("client").resolve("17-x.jsa")));
        assertEquals("responder\n", Files.readString(folder("responder").resolve("17-x.jsa")));
        try (Stream<Path> left = Files.list(folder("client"))) {
            assertEquals(1, left.count());
        }
        assertNothingRuns();
    }

    @Test
    void aFailedClientIsReportedWithItsOutput() throws Exception {
        launcher("client", "echo 'no luck today' >&2; exit 3");
        launcher("responder", RESPONDER);

        String message =
                assertThrows(TrainingFailedException.class, this::train).getMessage();

        assertTrue(
                message.startsWith("secure_mqtt_client ended with exit code 3; it printed:\nno luck today"), message);
        assertNothingRuns();
    }

    @Test
    void aResponderThatDoesNotStartIsReported() throws Exception {
        launcher("client", CLIENT);
        launcher("responder", "echo 'no luck today' >&2; exit 3");

        String message =
                assertThrows(TrainingFailedException.class, this::train).getMessage();

        assertTrue(message.startsWith("secure_mqtt_responder ended too early"), message);
        assertTrue(message.contains("no luck today"), message);
    }

    @Test
    void aJvmThatWritesNoArchiveIsReported() throws Exception {
        launcher("client", "echo 'NETWORKING IS THE BEST!'");
        launcher("responder", RESPONDER);

        String message =
                assertThrows(TrainingFailedException.class, this::train).getMessage();

        assertTrue(message.startsWith("secure_mqtt_client left no archive"), message);
        assertNothingRuns();
    }

    @Test
    void aFailedTrainingDeletesTheOldArchive() throws Exception {
        Files.writeString(folder("client").resolve("17-x.jsa"), "old");
        launcher("client", "exit 1");
        launcher("responder", RESPONDER);

        assertThrows(TrainingFailedException.class, this::train);

        assertFalse(Files.exists(folder("client").resolve("17-x.jsa")));
    }

    private void train() throws Exception {
        new Training(
                        Training.Program.ofProject(home, "client"),
                        Training.Program.ofProject(home, "responder"),
                        new Jvm(Path.of("/no/java"), "17-x", 17))
                .run();
    }

    private void assertNothingRuns() throws Exception {
        List<String> processes = Files.readAllLines(home.resolve("processes"));
        assertEquals(2, processes.size());
        for (String process : processes) {
            ProcessHandle.of(Long.parseLong(process))
                    .ifPresent(handle -> handle.onExit().join());
        }
    }

    private Path folder(String module) {
        return home.resolve(module).resolve("target/quarkus-app");
    }

    private void launcher(String module, String script) throws IOException {
        Path file = home.resolve("secure_mqtt_" + module);
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
