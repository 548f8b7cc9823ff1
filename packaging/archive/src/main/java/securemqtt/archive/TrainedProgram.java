package securemqtt.archive;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A program that runs so that its JVM can archive the classes it loads. Its output is shown only if it fails. */
final class TrainedProgram implements AutoCloseable {
    /** The longest wait for a line of output or for the program's end, including the time to write the archive. */
    private static final long TIMEOUT_SECONDS = 300;
    /** The only environment variables that are passed on: others may configure the programs. */
    private static final Set<String> KEPT_VARIABLES = Set.of("PATH", "HOME", "TMPDIR");

    /** Marks the end of the output in the queue of lines. */
    private static final String END = "\0end";

    private final String name;
    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final List<String> printed = new ArrayList<>();
    /** Kills the program when this JVM shuts down. */
    private final Thread shutdownHook = new Thread(this::kill);

    private TrainedProgram(String name, Process process) {
        this.name = name;
        this.process = process;
        Runtime.getRuntime().addShutdownHook(shutdownHook);
        Thread reader = new Thread(() -> read(process.getInputStream()), name);
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts a program.
     *
     * @param launcher the program's launcher
     * @param folder the working directory
     * @param javaHome the program's {@code JAVA_HOME}
     * @param options options for the JVM; they must not contain spaces
     */
    static TrainedProgram start(Path launcher, List<String> arguments, Path folder, Path javaHome, List<String> options)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(launcher.toString());
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().keySet().retainAll(KEPT_VARIABLES);
        builder.environment().put("JAVA_HOME", javaHome.toString());
        builder.environment().put("JAVA_TOOL_OPTIONS", String.join(" ", options));
        return new TrainedProgram(launcher.getFileName().toString(), builder.start());
    }

    private void read(InputStream output) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(output, StandardCharsets.UTF_8))) {
            reader.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException e) {
            // The process was killed: its output ends here.
        }
        lines.add(END);
    }

    /** Waits for a line that contains a match of the pattern, and returns the match of its first group. */
    String await(String pattern) throws InterruptedException, TrainingFailedException {
        Pattern wanted = Pattern.compile(pattern);
        for (String line = next(); !line.equals(END); line = next()) {
            Matcher matcher = wanted.matcher(line);
            if (matcher.find()) {
                return matcher.group(1);
            }
        }
        throw failure("ended too early");
    }

    /** Waits until the program exits. Any status but 0 is a failure. */
    void awaitEnd() throws InterruptedException, TrainingFailedException {
        while (!next().equals(END)) {
            // next() collects the lines.
        }
        int status = process.waitFor();
        if (status != 0) {
            throw failure("ended with exit code " + status);
        }
    }

    /** Fails unless the program has printed this line. Call it after {@link #awaitEnd}. */
    void expectOutput(String line) throws TrainingFailedException {
        if (!printed.contains(line)) {
            throw failure("did not print " + line);
        }
    }

    private String next() throws InterruptedException, TrainingFailedException {
        String line = lines.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        if (line == null) {
            throw failure("printed nothing for " + TIMEOUT_SECONDS + " s");
        }
        printed.add(line);
        return line;
    }

    TrainingFailedException failure(String what) {
        return new TrainingFailedException(name + " " + what + "; it printed:\n"
                + String.join("\n", printed).replace(END, ""));
    }

    /** Asks the program to exit. */
    void stop() {
        // Process.destroy() would also close the pipe that the program prints to.
        process.toHandle().destroy();
    }

    /** Kills the program and its child processes. */
    @Override
    public void close() {
        kill();
        try {
            Runtime.getRuntime().removeShutdownHook(shutdownHook);
        } catch (IllegalStateException e) {
            // This JVM is shutting down and runs the hook already.
        }
    }

    private void kill() {
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).forEach(ProcessHandle::destroyForcibly);
    }
}
