package securemqtt.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The launchers in an unbuilt copy of the project, with scripts in place of Java and Maven. */
class LauncherIT {
    @TempDir
    Path folder;

    @Test
    void argumentsReachTheProgramUnchanged() throws IOException {
        copyProject();
        pretendBuilt();

        List<String> arguments = List.of("two words", "'quotes\"", "*", "new\nline", "", "$HOME", "\\", "-v");

        String[] all = arguments.toArray(String[]::new);
        assertEquals(
                String.join("|", arguments) + "|",
                run(Map.of("JAVA_HOME", fakeJava()), "project/secure_mqtt_client", all)
                        .expect(0)
                        .stdout());
    }

    @Test
    void aSymlinkFromAnywhereWorks() throws IOException {
        copyProject();
        pretendBuilt();
        Files.createDirectory(folder.resolve("bin"));
        Files.createSymbolicLink(folder.resolve("bin/first"), Path.of("../project/secure_mqtt_client"));
        Files.createSymbolicLink(folder.resolve("second"), folder.resolve("bin/first"));

        assertEquals(
                "x|",
                run(Map.of("JAVA_HOME", fakeJava()), "second", "x").expect(0).stdout());
    }

    @Test
    void theFirstUseBuildsAndReportsOnStandardError() throws IOException {
        copyProject();
        Map<String, String> environment =
                Map.of("JAVA_HOME", fakeJava(), "PATH", fakeMaven("exit 0") + ":" + System.getenv("PATH"));

        Program.Result first =
                run(environment, "project/secure_mqtt_client", "x").expect(0);
        Program.Result second =
                run(environment, "project/secure_mqtt_client", "x").expect(0);

        assertEquals("x|", first.stdout());
        assertEquals(
                List.of("secure_mqtt_client: building, this happens only once", "[INFO] Maven at work"),
                first.stderr());
        assertEquals(List.of(), second.stderr());
    }

    @Test
    void aFailedBuildIsReportedAndLeavesNoProgram() throws IOException {
        copyProject();
        Map<String, String> environment =
                Map.of("JAVA_HOME", fakeJava(), "PATH", fakeMaven("exit 1") + ":" + System.getenv("PATH"));

        Program.Result result =
                run(environment, "project/secure_mqtt_client", "x").expect(1);

        assertEquals("", result.stdout());
        assertTrue(result.stderr().contains("secure_mqtt_client: error: the build failed"));
        assertTrue(Files.notExists(folder.resolve("project/client/target/quarkus-app/quarkus-run.jar")));
    }

    @Test
    void aMissingJavaIsReported() throws IOException {
        copyProject();

        assertTrue(run(Map.of("JAVA_HOME", "", "PATH", pathWithoutJava()), "project/demo")
                .expect(1)
                .stderr()
                .contains("demo: error: there is no Java"));
    }

    @Test
    void aMissingMavenIsReported() throws IOException {
        copyProject();

        assertTrue(run(Map.of("JAVA_HOME", fakeJava(), "PATH", pathWithoutJava()), "project/demo")
                .expect(1)
                .stderr()
                .contains("demo: error: the programs must be built first, but Maven is missing"));
    }

    @Test
    void aJavaHomeWithoutJavaIsReported() throws IOException {
        copyProject();

        Program.Result result = run(Map.of("JAVA_HOME", folder.toString()), "project/secure_mqtt_responder")
                .expect(1);

        assertEquals(
                "secure_mqtt_responder: error: JAVA_HOME is " + folder + ", but there is no bin/java in it",
                result.stderr().get(0));
    }

    @ParameterizedTest
    @CsvSource({"1.8.0_292, 8", "11.0.2, 11", "16-ea, 16"})
    void anOldJavaIsReportedAndNotStarted(String version, String major) throws IOException {
        copyProject();
        pretendBuilt();
        Path java = Path.of(fakeJava());
        Files.writeString(java.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");

        Program.Result result = run(Map.of("JAVA_HOME", java.toString()), "project/secure_mqtt_client", "x")
                .expect(1);

        assertEquals("", result.stdout());
        assertEquals(
                "secure_mqtt_client: error: needs Java 17 or later, this is " + major + " (" + java + "/bin/java)",
                result.stderr().get(0));
        assertTrue(result.stderr().get(1).startsWith("secure_mqtt_client: hint: "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"17", "17.0.15", "21-ea", "25.0.3"})
    void aRecentJavaIsUsed(String version) throws IOException {
        copyProject();
        pretendBuilt();
        Path java = Path.of(fakeJava());
        Files.writeString(java.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");

        run(Map.of("JAVA_HOME", java.toString()), "project/secure_mqtt_client", "x")
                .expect(0);
    }

    @ParameterizedTest
    @CsvSource({
        "secure_mqtt_client, a:b, a colon",
        "secure_mqtt_responder, a:b, a colon",
        "demo, 日本 🎉, emoji or other characters beyond U+FFFF",
        "demo, 𠮷, emoji or other characters beyond U+FFFF"
    })
    void aFolderInWhichJavaCannotRunIsReported(String launcher, String name, String what) throws IOException {
        copyProject();
        pretendBuilt();
        Path moved = Files.move(folder.resolve("project"), folder.resolve(name));

        Program.Result result =
                run(Map.of("JAVA_HOME", fakeJava()), name + "/" + launcher, "x").expect(1);

        assertEquals("", result.stdout());
        assertEquals(
                launcher + ": error: Java cannot run programs in a folder with " + what + " in its path: "
                        + moved.toRealPath(),
                result.stderr().get(0));
        assertTrue(result.stderr().get(1).startsWith(launcher + ": hint: "));
    }

    /** Old computers make such names. Java's paths cannot represent them, so the shell creates the folder. */
    @Test
    void aFolderWhoseNameIsNotUtf8IsReported() throws IOException {
        copyProject();
        pretendBuilt();

        Program.Result result = Program.start(
                        Map.of("JAVA_HOME", fakeJava()),
                        "sh",
                        "-c",
                        "cd \"$0\" && name=$(printf 'm\\374ller') && mv project \"$name\" && exec \"./$name/secure_mqtt_client\" x",
                        folder.toString())
                .await()
                .expect(1);

        assertTrue(
                result.stderr()
                        .get(0)
                        .startsWith(
                                "secure_mqtt_client: error: Java cannot run programs in a folder whose path is not UTF-8: "),
                result.stderr().toString());
        assertEquals(2, result.stderr().size());
    }

    @Test
    void theDemoReportsAMissingFolderForTemporaryFiles() throws IOException {
        copyProject();
        pretendBuilt();
        Map<String, String> environment =
                Map.of("JAVA_HOME", fakeJava(), "TMPDIR", folder.resolve("none").toString());

        Program.Result result = run(environment, "project/demo").expect(1);

        assertEquals(
                "demo: error: there is no room for a temporary file in " + folder.resolve("none"),
                result.stderr().get(0));
    }

    @Test
    void theJavaOnPathIsTakenWithoutJavaHome() throws IOException {
        copyProject();
        pretendBuilt();
        String path = fakeJava() + "/bin:" + System.getenv("PATH");

        assertEquals(
                "x|",
                run(Map.of("JAVA_HOME", "", "PATH", path), "project/secure_mqtt_client", "x")
                        .expect(0)
                        .stdout());
    }

    @Test
    void missingArchivesForThisJavaAreMadeInTheBackground() throws IOException {
        copyProject();
        pretendBuilt();
        Path project = folder.resolve("project");
        Path maker = Files.createDirectories(project.resolve("packaging/archive/target"))
                .resolve("archive.jar");
        Files.createFile(maker);
        Path made = folder.resolve("made");
        Program.start("mkfifo", made.toString()).await().expect(0);
        Path java = Files.createDirectories(folder.resolve("java/bin"));
        Files.writeString(java.resolve("../release"), "JAVA_RUNTIME_VERSION=\"17+1\"\nIMPLEMENTOR=\"Debian\"\n");
        script(
                java.resolve("java"),
                "case $* in\n*' -jar '*)\n  shift\n  echo \"$*, $JDK_JAVA_OPTIONS\" >'" + made + "'\nesac");
        Map<String, String> environment = Map.of(
                "JAVA_HOME", folder.resolve("java").toString(), "JDK_JAVA_OPTIONS", "-agentlib:jdwp=address=5005");

        run(environment, "project/secure_mqtt_client").expect(0);

        // Reading ends when the writer closes the pipe.
        Program cat = Program.start("cat", made.toString());
        assertEquals(
                "-jar " + maker.toRealPath() + " --where-missing " + project.toRealPath() + ", \n",
                cat.await().expect(0).stdout());
        // The marker file tells other launchers that archives are being made.
        assertTrue(Files.exists(project.resolve("packaging/archive/target/17+1-Debian.begun")));
    }

    @Test
    void aNativeClientThatWasBuiltLaterNeedsNoJava() throws IOException {
        copyProject();
        Path program =
                Files.createDirectories(folder.resolve("project/client/target")).resolve("secure_mqtt_client-runner");
        script(program, "printf '%s|' native \"$LC_ALL\" \"$@\"");
        Map<String, String> noJava = Map.of("JAVA_HOME", "/nowhere", "LC_ALL", "C");

        assertEquals(
                "native|C.UTF-8|-Xmx1m|two words|",
                run(noJava, "project/secure_mqtt_client", "-Xmx1m", "two words")
                        .expect(0)
                        .stdout());
    }

    @Test
    void aNativeClientThatWasBuiltEarlierIsNotRun() throws IOException {
        copyProject();
        pretendBuilt();
        Path program = folder.resolve("project/client/target/secure_mqtt_client-runner");
        script(program, "echo native");
        Files.setLastModifiedTime(program, FileTime.fromMillis(0));

        assertEquals(
                "x|",
                run(Map.of("JAVA_HOME", fakeJava()), "project/secure_mqtt_client", "x")
                        .expect(0)
                        .stdout());
    }

    @Test
    void ctrlCStopsAllThatTheDemoStarted() throws Exception {
        copyProject();
        pretendBuilt();
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Map<String, String> environment = Map.of("JAVA_HOME", javaThatNeverEnds(), "TMPDIR", temporary.toString());
        // The demo has its own process group, because a terminal sends Ctrl-C to a whole group.
        try (Program demo = Program.start(
                environment,
                Peers.require("setsid"),
                folder.resolve("project/demo").toString())) {
            demo.awaitStderr("client at work");
            List<ProcessHandle> started = demo.descendants();

            demo.signalGroup("INT");

            demo.await().expect(130);
            assertTrue(started.size() >= 2, started.toString());
            for (ProcessHandle process : started) {
                process.onExit().get(60, TimeUnit.SECONDS);
            }
            try (Stream<Path> left = Files.list(temporary)) {
                assertEquals(List.of(), left.toList());
            }
        }
    }

    @Test
    void theDemoReportsAResponderThatDoesNotStart() throws IOException {
        copyProject();
        pretendBuilt();
        Path bin = Files.createDirectories(folder.resolve("java/bin"));
        script(bin.resolve("java"), "echo 'no luck today' >&2", "exit 3");

        Program.Result result = run(Map.of("JAVA_HOME", folder.resolve("java").toString()), "project/demo")
                .expect(1);

        assertTrue(result.stderr().contains("no luck today"));
        assertTrue(result.stderr().contains("demo: error: the responder did not start"));
    }

    @Test
    void shellcheckFindsNoProblems() {
        String shellcheck = Peers.require("shellcheck");

        Program.Result result = Program.start(
                        shellcheck,
                        Program.HOME.resolve("secure_mqtt_client").toString(),
                        Program.HOME.resolve("secure_mqtt_responder").toString(),
                        Program.HOME.resolve("demo").toString(),
                        Program.HOME.resolve("src/main/sh/launch.sh").toString(),
                        Program.HOME.resolve("testing/load/run").toString(),
                        Program.HOME.resolve(".ci/run").toString(),
                        Program.HOME.resolve(".ci/distributions").toString(),
                        Program.HOME.resolve(".ci/podman").toString(),
                        Program.HOME.resolve(".ci/containers").toString(),
                        Program.HOME.resolve(".ci/native").toString(),
                        Program.HOME.resolve("src/main/docker/secure-setup").toString())
                .await()
                .expect(0);

        assertEquals("", result.stdout());
    }

    private Program.Result run(Map<String, String> environment, String launcher, String... arguments) {
        return Program.start(environment, folder.resolve(launcher).toString(), arguments)
                .await();
    }

    private void copyProject() throws IOException {
        Path project =
                Files.createDirectories(folder.resolve("project/src/main/sh")).resolve("../../..");
        for (String file : List.of("secure_mqtt_client", "secure_mqtt_responder", "demo", "src/main/sh/launch.sh")) {
            Files.copy(Program.HOME.resolve(file), project.resolve(file));
        }
    }

    private void pretendBuilt() throws IOException {
        for (String module : List.of("client", "responder")) {
            Path program = Files.createDirectories(folder.resolve("project/" + module + "/target/quarkus-app"));
            Files.createFile(program.resolve("quarkus-run.jar"));
        }
    }

    /** A folder for JAVA_HOME whose Java prints the program's arguments, each followed by a |. */
    private String fakeJava() throws IOException {
        Path bin = Files.createDirectories(folder.resolve("java/bin"));
        script(
                bin.resolve("java"),
                "while [ \"$1\" != -cp ]; do shift; done",
                "shift 3",
                "[ $# -eq 0 ] || printf '%s|' \"$@\"");
        return folder.resolve("java").toString();
    }

    /** A folder for JAVA_HOME whose Java acts as a ready responder or as a client, and runs until it is killed. */
    private String javaThatNeverEnds() throws IOException {
        Path bin = Files.createDirectories(folder.resolve("java/bin"));
        script(
                bin.resolve("java"),
                "case \"$*\" in",
                "  *responder/target*) echo '12:00:00 INFO  ready: answering every NetID at localhost:1' >&2 ;;",
                "  *) echo 'client at work' >&2 ;;",
                "esac",
                "exec sleep 600");
        return folder.resolve("java").toString();
    }

    /** A folder for PATH whose Maven creates the client and then exits with the given status. */
    private String fakeMaven(String end) throws IOException {
        Path bin = Files.createDirectories(folder.resolve("maven"));
        script(
                bin.resolve("mvn"),
                "echo '[INFO] Maven at work'",
                "mkdir -p client/target/quarkus-app",
                "touch client/target/quarkus-app/quarkus-run.jar",
                end);
        return bin.toString();
    }

    /** A folder for PATH with the usual POSIX commands, without Java and Maven. */
    private String pathWithoutJava() throws IOException {
        Path bin = Files.createDirectories(folder.resolve("posix"));
        for (String tool : List.of("sh", "dirname", "readlink", "mktemp", "mkfifo", "rm")) {
            Files.createSymbolicLink(bin.resolve(tool), Path.of(Peers.require(tool)));
        }
        return bin.toString();
    }

    private static void script(Path file, String... lines) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
