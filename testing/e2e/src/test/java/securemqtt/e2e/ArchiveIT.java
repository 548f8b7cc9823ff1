package securemqtt.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The programs start from the archives of their classes that the build made, and also without archives. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisabledIfSystemProperty(named = "native", matches = "true", disabledReason = "for the client on Java")
class ArchiveIT {
    private Program responder;
    private String port;

    @BeforeAll
    void startResponder() {
        responder = Program.responder("--embedded-broker", "-p", "0");
        port = responder.awaitStderr("ready: .*:(\\d+)$").group(1);
    }

    @AfterAll
    void stopResponder() {
        responder.close();
    }

    @Test
    void theClientStartsFromItsArchive(@TempDir Path folder) throws IOException {
        List<LoadedClass> classes = classesOfAnExchange(folder, Program.HOME);

        assertTrue(isFromArchive("securemqtt.client.ClientRun", classes));
        // Picocli's classes have an old format in its jar, and Bouncy Castle's jar is signed.
        assertTrue(isFromArchive("picocli.CommandLine", classes));
        assertTrue(isFromArchive("org.bouncycastle.crypto.params.DHParameters", classes));
    }

    @Test
    void theResponderStartsFromItsArchive(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("classes.log");
        String launcher = Program.HOME.resolve("secure_mqtt_responder").toString();
        try (Program other = Program.start(LoadedClass.logging(log), launcher, "-p", port, "--netid", "nobody")) {
            other.awaitStderr("ready: ");
            other.signal("TERM");
            other.await().expect(0);
        }

        assertTrue(isFromArchive("securemqtt.responder.Service", LoadedClass.read(log)));
    }

    @Test
    void aCopyElsewhereRunsSilently(@TempDir Path folder) throws IOException {
        // The JVM may refuse the archive, because the jar's path and time differ.
        assertAnswersQuietly(copy(folder));
    }

    @Test
    void anArchiveOlderThanTheProgramIsSilentlyIgnored(@TempDir Path folder) throws IOException {
        Path copy = copy(folder);
        Path jar = copy.resolve("client/target/quarkus-app/quarkus-run.jar");
        FileTime made = Files.getLastModifiedTime(archive(jar.getParent()));
        Files.setLastModifiedTime(jar, FileTime.fromMillis(made.toMillis() + 2000));

        assertFalse(isFromArchive("securemqtt.client.ClientRun", classesOfAnExchange(folder, copy)));
        assertAnswersQuietly(copy);
    }

    @Test
    void anArchiveOfAnotherJavaIsSilentlyIgnored(@TempDir Path folder) throws IOException {
        Path copy = copy(folder);
        Path archive = archive(copy.resolve("client/target/quarkus-app"));
        Files.delete(archive);
        Files.writeString(archive, "what another Java, or a later one, has written");

        assertAnswersQuietly(copy);
    }

    @Test
    void theClientRunsSilentlyWithoutAnArchive(@TempDir Path folder) throws IOException {
        Path copy = copy(folder);
        Files.delete(archive(copy.resolve("client/target/quarkus-app")));

        assertAnswersQuietly(copy);
    }

    @Test
    void aMissingArchiveIsMadeAfterTheNextStart(@TempDir Path folder) throws Exception {
        Path withSpace =
                copy(folder, "secure_mqtt_responder", "responder/target/quarkus-app", "packaging/archive/target");
        // If the program's path contains a space, Java 17 archives only its own classes.
        Path copy = Files.move(withSpace, folder.resolve("copy"));
        for (String module : List.of("client", "responder")) {
            Files.delete(archive(copy.resolve(module).resolve("target/quarkus-app")));
        }
        try (WatchService changes = folder.getFileSystem().newWatchService()) {
            // The training deletes its marker file in this folder.
            copy.resolve("packaging/archive/target").register(changes, StandardWatchEventKinds.ENTRY_DELETE);
            assertAnswersQuietly(copy);
            assertNotNull(changes.poll(2, TimeUnit.MINUTES), "no archive was made");
        }

        assertTrue(isFromArchive("securemqtt.client.ClientRun", classesOfAnExchange(folder, copy)));
        assertTrue(Files.exists(archive(copy.resolve("responder/target/quarkus-app"))));
    }

    private void assertAnswersQuietly(Path home) {
        Program.Result result = Program.start(
                        home.resolve("secure_mqtt_client").toString(), "-p", port, "le0nh4rt", "uppercase", "x")
                .await()
                .expect(0);

        assertEquals("X\n", result.stdout());
        assertEquals(List.of(), result.stderr());
    }

    private List<LoadedClass> classesOfAnExchange(Path folder, Path home) throws IOException {
        Path log = folder.resolve("classes.log");
        Program.start(
                        LoadedClass.logging(log),
                        home.resolve("secure_mqtt_client").toString(),
                        "-p",
                        port,
                        "le0nh4rt",
                        "uppercase",
                        "x")
                .await()
                .expect(0);
        return LoadedClass.read(log);
    }

    private static boolean isFromArchive(String name, List<LoadedClass> classes) {
        return classes.stream().anyMatch(loaded -> loaded.name().equals(name) && loaded.isFromArchive());
    }

    /** The archive for the Java that runs this test. */
    private static Path archive(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file ->
                            file.getFileName().toString().startsWith(System.getProperty("java.runtime.version")))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** A copy of the built client and of other parts of the project, in a folder with a space in its name. */
    private static Path copy(Path folder, String... others) throws IOException {
        Path copy = folder.resolve("a copy");
        Stream<String> client = Stream.of("secure_mqtt_client", "src/main/sh", "client/target/quarkus-app");
        for (String part : Stream.concat(client, Stream.of(others)).toList()) {
            Files.createDirectories(copy.resolve(part).getParent());
            Path source = Program.HOME.resolve(part);
            try (Stream<Path> files = Files.walk(source)) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    Files.copy(file, copy.resolve(Program.HOME.relativize(file).toString()));
                }
            }
        }
        return copy;
    }
}
