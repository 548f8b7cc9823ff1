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

/** A program that is run to see what it loads. What it prints is kept in case it fails, and shown to nobody otherwise. */
final class TrainedProgram implements AutoCloseable {
    /** How long a step may take before it has failed, writing the archive included. */
    private static final long PATIENCE_SECONDS = 300;
    /** What the programs keep of the surroundings, in which somebody may have set them up otherwise. */
    private static final Set<String> KEPT_VARIABLES = Set.of("PATH", "HOME", "TMPDIR");

    /** Stands for the end of what is printed. */
    private static final String END = "\0end";

    private final String name;
    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final List<String> printed = new ArrayList<>();
    /** For when this process itself is ended. */
    private final Thread undertaker = new Thread(this::kill);

    private TrainedProgram(String name, Process process) {
        this.name = name;
        this.process = process;
        Runtime.getRuntime().addShutdownHook(undertaker);
        Thread reader = new Thread(() -> read(process.getInputStream()), name);
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * @param launcher what starts the program
     * @param folder the folder to start it in
     * @param javaHome the Java to start it with
     * @param options for the JVM, without spaces
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
            // It was ended.
        }
        lines.add(END);
    }

    /** Waits for a line in which the pattern is found, and returns what its first group found. */
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

    /** Waits for the end, which must be a success. */
    void awaitEnd() throws InterruptedException, TrainingFailedException {
        while (!next().equals(END)) {
            // Kept by next().
        }
        int status = process.waitFor();
        if (status != 0) {
            throw failure("ended with exit code " + status);
        }
    }

    /** After the end: that this line was among what it printed. */
    void expectOutput(String line) throws TrainingFailedException {
        if (!printed.contains(line)) {
            throw failure("did not print " + line);
        }
    }

    private String next() throws InterruptedException, TrainingFailedException {
        String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (line == null) {
            throw failure("printed nothing for " + PATIENCE_SECONDS + " s");
        }
        printed.add(line);
        return line;
    }

    TrainingFailedException failure(String what) {
        return new TrainingFailedException(name + " " + what + "; it printed:\n"
                + String.join("\n", printed).replace(END, ""));
    }

    /** Asks it to end. */
    void stop() {
        // Not Process.destroy(), which would also close what it prints to.
        process.toHandle().destroy();
    }

    /** Ends it, if it still runs, with all that it started. */
    @Override
    public void close() {
        kill();
        try {
            Runtime.getRuntime().removeShutdownHook(undertaker);
        } catch (IllegalStateException e) {
            // It is at work.
        }
    }

    private void kill() {
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).forEach(ProcessHandle::destroyForcibly);
    }
}
