package securemqtt.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The files that both programs try to open, create, rename or delete in a whole exchange, as traced by strace. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenedFilesIT {
    private static final String SYSTEM_CALLS =
            "open,openat,creat,mkdir,mkdirat,unlink,unlinkat,rmdir,rename,renameat,renameat2,link,linkat,symlink,symlinkat,truncate";

    private static final Pattern CALL = Pattern.compile("^\\d+ +(\\w+)\\(.*?\"((?:[^\"\\\\]|\\\\.)*)\"(.*)");

    /** A pattern for the paths of the operating system's own files and folders. */
    private static final String SYSTEM = "/(lib|lib32|lib64|usr/lib|usr/lib64|usr/share/locale|usr/share/zoneinfo)/.*"
            + "|/etc/(ld\\.so\\..*|resolv\\.conf|nsswitch\\.conf|hosts|host\\.conf|gai\\.conf|passwd|localtime|timezone"
            + "|os-release|java-.*)"
            + "|/(proc|sys)(/.*)?"
            + "|/dev/(null|random|urandom)";

    private static final String WRITTEN = "/dev/null|/proc/.*";

    private Program responder;
    private String port;
    private Path workingDirectory;
    private Path clientsTrace;
    private Path respondersTrace;

    @BeforeAll
    void exchange(@TempDir Path folder) throws Exception {
        String strace = Peers.require("strace");
        workingDirectory = Files.createDirectory(folder.resolve("work"));
        Files.writeString(workingDirectory.resolve(".env"), "X=1\n");
        Files.writeString(workingDirectory.resolve(".hotspotrc"), "\n");
        Files.createDirectory(workingDirectory.resolve("config"));
        Files.writeString(workingDirectory.resolve("config/application.properties"), "x=1\n");
        clientsTrace = folder.resolve("client.strace");
        respondersTrace = folder.resolve("responder.strace");
        responder = traced(
                strace,
                respondersTrace,
                "secure_mqtt_responder",
                "--embedded-broker",
                "-p",
                "0",
                "--management-port",
                "0");
        port = responder.awaitStderr("ready: .*:(\\d+)$").group(1);

        assertEquals(
                "X\n",
                traced(strace, clientsTrace, "secure_mqtt_client", "-v", "-p", port, "le0nh4rt", "uppercase", "x")
                        .await()
                        .expect(0)
                        .stdout());
        responder.descendants().forEach(ProcessHandle::destroy);
        responder.await().expect(0);
    }

    @AfterAll
    void stop() {
        responder.close();
    }

    /** The working directory, which is also the home directory, contains other programs' files. */
    private Program traced(String strace, Path trace, String program, String... arguments) {
        List<String> command =
                new ArrayList<>(List.of("-c", "cd \"$0\" && HOME=$0 exec \"$@\"", workingDirectory.toString()));
        command.addAll(List.of(strace, "-f", "-qq", "-e", "trace=" + SYSTEM_CALLS, "-o", trace.toString()));
        command.add(Program.HOME.resolve(program).toString());
        command.addAll(List.of(arguments));
        return Program.start("sh", command.toArray(String[]::new));
    }

    @Test
    void theClientOpensOnlyItsOwnFilesJavaAndTheSystem() throws IOException {
        assertOpensOnlyItsOwn(clientsTrace, "client");
    }

    @Test
    void theResponderOpensOnlyItsOwnFilesJavaAndTheSystem() throws IOException {
        assertOpensOnlyItsOwn(respondersTrace, "responder");
    }

    @Test
    void neitherWritesAnything() throws IOException {
        List<String> written = Stream.concat(calls(clientsTrace), calls(respondersTrace))
                .filter(call ->
                        !call.group(1).startsWith("open") || call.group(3).matches(".*O_(WRONLY|RDWR|CREAT).*"))
                .map(call -> call.group(1) + " " + call.group(2))
                .filter(call -> !call.matches("\\w+ (" + WRITTEN + ")"))
                .toList();

        assertEquals(List.of(), written);
        try (Stream<Path> left = Files.list(workingDirectory)) {
            assertEquals(
                    List.of(".env", ".hotspotrc", "config"),
                    left.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }

    private static void assertOpensOnlyItsOwn(Path trace, String module) throws IOException {
        Path java = Path.of(System.getProperty("java.home"));
        String own = Stream.of(
                        Program.HOME.resolve("secure_mqtt_" + module),
                        Program.HOME.resolve("src/main/sh/launch.sh"),
                        Program.HOME.resolve(module + "/target/quarkus-app"),
                        java,
                        java.toRealPath())
                .map(path -> Pattern.quote(path.toString()) + "(/.*)?")
                .reduce(SYSTEM, (one, other) -> one + "|" + other);

        List<String> opened = calls(trace).map(call -> call.group(2)).toList();

        assertFalse(opened.isEmpty());
        assertEquals(
                List.of(),
                opened.stream().distinct().filter(path -> !path.matches(own)).toList());
    }

    private static Stream<Matcher> calls(Path trace) throws IOException {
        return Files.readAllLines(trace).stream().map(CALL::matcher).filter(Matcher::matches);
    }
}
