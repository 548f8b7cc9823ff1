package securemqtt.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.stream.Stream;

/** A program in its own process. Its output is read while it runs, so that it never blocks on a full pipe. */
final class Program implements AutoCloseable {
    /** The project's folder, with the launchers. */
    static final Path HOME =
            Path.of(System.getProperty("project.home")).toAbsolutePath().normalize();

    /** The timeout of every wait. It is generous, and no test of speed. */
    private static final long PATIENCE_SECONDS = 120;

    private final Process process;
    private final Output stdout;
    private final Output stderr;

    private Program(Process process) {
        this.process = process;
        this.stdout = new Output("stdout", process.getInputStream());
        this.stderr = new Output("stderr", process.getErrorStream());
    }

    /** The exit code and the output of a program. */
    record Result(int exitCode, byte[] stdoutBytes, List<String> stderr) {
        String stdout() {
            return new String(stdoutBytes, StandardCharsets.UTF_8);
        }

        /** Fails, and shows the output, unless the program has this exit code. */
        Result expect(int expected) {
            assertTrue(
                    exitCode == expected,
                    () -> "exit code " + exitCode + " instead of " + expected + ", stdout:\n" + stdout() + "\nstderr:\n"
                            + String.join("\n", stderr));
            return this;
        }
    }

    static Program client(String... arguments) {
        return start(HOME.resolve("secure_mqtt_client").toString(), arguments);
    }

    static Program responder(String... arguments) {
        return start(HOME.resolve("secure_mqtt_responder").toString(), arguments);
    }

    static Program start(String program, String... arguments) {
        return start(Map.of(), program, arguments);
    }

    /** @param environment variables to add to ours; JAVA_HOME is by default the Java that runs this test */
    static Program start(Map<String, String> environment, String program, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(program);
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        // With these variables, Java would print an extra line.
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        builder.directory(HOME.resolve("testing/e2e/target").toFile());
        try {
            return new Program(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long pid() {
        return process.pid();
    }

    /** The process's children and their descendants. */
    List<ProcessHandle> descendants() {
        return process.descendants().toList();
    }

    /** Waits for a line on standard output that contains a match of the pattern. */
    Matcher awaitStdout(String pattern) {
        return awaitLine(stdout, pattern, 1);
    }

    /** Waits for a line on standard error that contains a match of the pattern. */
    Matcher awaitStderr(String pattern) {
        return awaitStderr(pattern, 1);
    }

    /** Waits for a number of lines on standard error that contain a match of the pattern. */
    Matcher awaitStderr(String pattern, int count) {
        return awaitLine(stderr, pattern, count);
    }

    private static Matcher awaitLine(Output output, String pattern, int count) {
        try {
            return output.awaitLine(pattern, count, PATIENCE_SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Sends a signal, such as INT. */
    void signal(String name) throws IOException, InterruptedException {
        kill(name, Long.toString(process.pid()));
    }

    /** Sends a signal to the process group that this process leads. */
    void signalGroup(String name) throws IOException, InterruptedException {
        kill(name, "-" + process.pid());
    }

    private static void kill(String signal, String target) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-s", signal, "--", target).start().waitFor();
    }

    /** Waits until the program exits. */
    Result await() {
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("still running after " + PATIENCE_SECONDS + " s, stderr:\n"
                        + String.join("\n", stderr.lines()));
            }
            byte[] out = stdout.awaitEnd();
            stderr.awaitEnd();
            return new Result(process.exitValue(), out, stderr.lines());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Kills the program and its child processes. */
    @Override
    public void close() {
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).forEach(ProcessHandle::destroy);
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
