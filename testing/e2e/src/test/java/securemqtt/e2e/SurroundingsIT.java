package securemqtt.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both programs in folders with other programs' files, under resource limits, and in copies of the project. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SurroundingsIT {
    private static final String CLIENT = "secure_mqtt_client";
    private static final String RESPONDER = "secure_mqtt_responder";

    private Program responder;
    private String port;

    @BeforeAll
    void start() {
        responder = Program.responder("--embedded-broker", "-p", "0", "--netid", "le0nh4rt");
        port = responder.awaitStderr("ready: .*:(\\d+)$").group(1);
    }

    @AfterAll
    void stop() {
        responder.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {".env", "config/application.properties"})
    void aSettingsFileOfAnotherProgramThatCannotBeReadDoesNoHarm(String file, @TempDir Path folder) throws IOException {
        write(folder.resolve(file), "WIN=C:\\users\\me\n");

        expectAnswer("cd '" + folder + "'");
        expectReady("cd '" + folder + "'");
    }

    @Test
    void noSettingsFileOfTheWorkingDirectoryIsObeyed(@TempDir Path folder) throws IOException {
        write(folder.resolve(".env"), "SECURE_MQTT_PORT=9\nQUARKUS_LOG_FILE_ENABLED=true\n");
        write(
                folder.resolve("config/application.properties"),
                "secure-mqtt.port=9\nquarkus.log.file.enabled=true\nquarkus.log.file.path=" + folder
                        + "/steered.log\n");

        expectAnswer("cd '" + folder + "'");
        expectReady("cd '" + folder + "'");

        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(
                    List.of(".env", "config"),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }

    @Test
    void filesWithOptionsForTheJvmInTheWorkingDirectoryAreNotMentioned(@TempDir Path folder) throws IOException {
        write(folder.resolve(".hotspotrc"), "+PrintFlagsFinal\n");
        write(folder.resolve(".hotspot_compiler"), "print *.*\n");

        expectAnswer("cd '" + folder + "'");
        expectReady("cd '" + folder + "'");
    }

    @Test
    void theFolderForTemporaryFilesIsNotUsed(@TempDir Path folder) throws IOException {
        // By default, Vert.x creates a shared folder of this name, and fails if it belongs to another user.
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Files.createFile(temporary.resolve("vertx-cache"));
        String use = "export JDK_JAVA_OPTIONS=-Djava.io.tmpdir='" + temporary + "' TMPDIR='" + temporary + "'";

        expectAnswer(use);
        expectReady(use);

        try (Stream<Path> files = Files.list(temporary)) {
            assertEquals(List.of(temporary.resolve("vertx-cache")), files.toList());
        }
    }

    @Test
    void aFolderForTemporaryFilesThatIsNotThereDoesNoHarm(@TempDir Path folder) {
        String use = "export JDK_JAVA_OPTIONS=-Djava.io.tmpdir='" + folder + "/none'";

        expectAnswer(use);
        expectReady(use);
    }

    @Test
    void addressesThatAreLimitedAreEnough() {
        expectAnswer("ulimit -v 2500000");
        expectReady("ulimit -v 2500000");
    }

    @Test
    void fewOpenFilesAreEnough() {
        expectAnswer("ulimit -n 128");
        expectReady("ulimit -n 256");
    }

    @ParameterizedTest
    @CsvSource({
        "ulimit -n, 64, secure_mqtt_client, 128, open files",
        "ulimit -n, 64, secure_mqtt_responder, 256, open files",
        "ulimit -v, 700000, secure_mqtt_client, 1000000, KB of addresses",
        "ulimit -v, 700000, secure_mqtt_responder, 1800000, KB of addresses",
    })
    void aLimitThatIsTooLowIsReported(String limit, int allowed, String launcher, int least, String what) {
        Program.Result result = run(limit + " " + allowed, launcher, "le0nh4rt", "uppercase", "x")
                .expect(1);

        assertEquals("", result.stdout());
        assertEquals(
                List.of(
                        launcher + ": error: needs " + least + " " + what + ", and only " + allowed + " are allowed",
                        launcher + ": hint: raise the limit with " + limit + " " + least),
                result.stderr());
    }

    @Test
    void theJvmsMessagesGoToStandardError() {
        Program.Result result = run("export JDK_JAVA_OPTIONS=-Xmx1k", CLIENT, "le0nh4rt", "uppercase", "x")
                .expect(1);

        assertEquals("", result.stdout());
        assertTrue(
                result.stderr().stream().anyMatch(line -> line.contains("Too small maximum heap")),
                result.stderr().toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"QUARKUS_LOG_CONSOLE_LEVEL=loud", "QUARKUS_THREAD_POOL_CORE_THREADS=many"})
    @DisabledIfSystemProperty(named = "native", matches = "true", disabledReason = "for the client on Java")
    void aClientThatQuarkusCannotStartReportsItInTwoLines(String variable) {
        expectNotStarted(variable, CLIENT, "the program", "le0nh4rt", "uppercase", "x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"QUARKUS_LOG_CONSOLE_LEVEL=loud", "QUARKUS_VERTX_EVENT_LOOPS_POOL_SIZE=many"})
    void aResponderThatQuarkusCannotStartReportsItInTwoLines(String variable) {
        expectNotStarted(variable, RESPONDER, "the service", "--embedded-broker", "-p", "0");
    }

    private static void expectNotStarted(String variable, String launcher, String what, String... arguments) {
        Program.Result result = run("export " + variable, launcher, arguments).expect(1);

        assertEquals("", result.stdout());
        assertEquals(2, result.stderr().size(), result.stderr().toString());
        String name = variable.substring(0, variable.indexOf('='));
        assertTrue(
                result.stderr().get(0).startsWith(launcher + ": error: " + what + " did not start: "),
                result.stderr().toString());
        assertTrue(result.stderr().get(0).contains(name), result.stderr().toString());
        assertTrue(result.stderr().get(1).startsWith(launcher + ": hint: "));
    }

    @ParameterizedTest
    @CsvSource({
        "client, io/smallrye/config, the program did not start: some of its files cannot be read: ",
        "client, org/bouncycastle, internal error: org.bouncycastle.",
        "responder, io/smallrye/config, the service did not start: some of its files cannot be read: "
    })
    @DisabledIfSystemProperty(named = "native", matches = "true", disabledReason = "for the client on Java")
    void aMissingLibraryIsReportedInTwoLines(String module, String library, String said, @TempDir Path folder)
            throws IOException {
        String launcher = "secure_mqtt_" + module;
        copyProject(folder);
        Path program = folder.resolve(module + "/target/quarkus-app");
        // The archive would replace the library.
        try (Stream<Path> files = Files.list(program)) {
            for (Path archive :
                    files.filter(file -> file.toString().matches(".*(jsa|aot)")).toList()) {
                Files.delete(archive);
            }
        }
        try (FileSystem jar = FileSystems.newFileSystem(program.resolve("quarkus-run.jar"));
                Stream<Path> files = Files.walk(jar.getPath(library))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }

        Program.Result result = Program.start(
                        folder.resolve(launcher).toString(),
                        module.equals("client")
                                ? new String[] {"-p", port, "le0nh4rt", "uppercase", "x"}
                                : new String[0])
                .await()
                .expect(1);

        assertEquals("", result.stdout());
        assertEquals(2, result.stderr().size(), result.stderr().toString());
        assertTrue(
                result.stderr().get(0).startsWith(launcher + ": error: " + said),
                result.stderr().toString());
    }

    @Test
    void aSettingThatTheResponderReliesOnCannotBeChanged() {
        expectReady("export QUARKUS_VERTX_PREFER_NATIVE_TRANSPORT=false");
    }

    @Test
    void aWorkingDirectoryThatHasBeenDeletedDoesNoHarm(@TempDir Path folder) throws IOException {
        Path gone = folder.resolve("gone");
        String delete = "mkdir -p '" + gone + "' && cd '" + gone + "' && rmdir '" + gone + "'";

        expectAnswer(delete);
        expectReady(delete);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "c++",
                "two words",
                "it's \"quoted\"",
                "100%25 #1 [x] {y} & ; ! $HOME * ?",
                "Ångström 日本",
                "-v",
                "a\\b"
            })
    void aProjectInAnyFolderWorks(String name, @TempDir Path folder) throws IOException {
        Path project = folder.resolve(name).resolve("project");
        copyProject(project);

        assertEquals("X\n", expectAnswerOf(project.resolve(CLIENT)));
        expectReadyOf("", project.resolve(RESPONDER));
    }

    /** Runs the client in a shell, after other shell commands. */
    private void expectAnswer(String before) {
        Program.Result result =
                run(before, CLIENT, "-p", port, "le0nh4rt", "uppercase", "x").expect(0);

        assertEquals("X\n", result.stdout());
        assertEquals(List.of(), ofTheProgram(result.stderr()));
    }

    private String expectAnswerOf(Path launcher) {
        return Program.start(launcher.toString(), "-p", port, "le0nh4rt", "uppercase", "x")
                .await()
                .expect(0)
                .stdout();
    }

    private void expectReady(String before) {
        expectReadyOf(before + " && ", Program.HOME.resolve(RESPONDER));
    }

    /** The broker's port is set only in the environment. */
    private void expectReadyOf(String before, Path launcher) {
        try (Program other = Program.start(
                Map.of("SECURE_MQTT_PORT", port),
                "sh",
                "-c",
                before + "exec \"$@\"",
                "sh",
                launcher.toString(),
                "--netid",
                "nobody")) {
            other.awaitStderr("ready: answering NetID nobody at localhost:" + port);
            other.signal("TERM");
            Program.Result result = other.await().expect(0);
            assertEquals("", result.stdout());
            assertEquals(List.of(), ofTheProgram(result.stderr()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Removes INFO lines, Java's messages about a variable and the folder that it names, and the shell's message
     * about its working directory.
     */
    private static List<String> ofTheProgram(List<String> stderr) {
        return stderr.stream()
                .filter(line -> !line.matches(".* INFO .*|NOTE: Picked up JDK_JAVA_OPTIONS.*|WARNING: java.io.tmpdir .*"
                        + "|.*sh: .*getcwd.*|.*getcwd: .*"))
                .toList();
    }

    private static Program.Result run(String before, String launcher, String... arguments) {
        List<String> command = new ArrayList<>(List.of("-c", before + " && exec \"$@\"", "sh"));
        command.add(Program.HOME.resolve(launcher).toString());
        command.addAll(List.of(arguments));
        return Program.start("sh", command.toArray(String[]::new)).await();
    }

    private static void write(Path file, String content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private static void copyProject(Path project) throws IOException {
        for (String file : List.of(CLIENT, RESPONDER, "src/main/sh/launch.sh")) {
            Files.createDirectories(project.resolve(file).getParent());
            Files.copy(Program.HOME.resolve(file), project.resolve(file));
            Files.setPosixFilePermissions(project.resolve(file), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        for (String module : List.of("client", "responder")) {
            Path built = Program.HOME.resolve(module + "/target/quarkus-app");
            try (Stream<Path> files = Files.walk(built)) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    Path copy = project.resolve(module + "/target/quarkus-app/" + built.relativize(file));
                    if (Files.isDirectory(file)) {
                        Files.createDirectories(copy);
                    } else {
                        Files.createLink(copy, file);
                    }
                }
            }
        }
    }
}
