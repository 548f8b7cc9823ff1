package securemqtt.responder.check;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** A running client. Closing it kills it with all its children. */
final class ClientProcess implements AutoCloseable {
    /** In bytes, for each of the two streams. The rest is read and dropped. */
    static final int MAX_OUTPUT = 1 << 20;

    private static final long KILL_SECONDS = 5;

    private final List<String> command;
    private final Process process;
    private final long start = System.nanoTime();
    private final CompletableFuture<byte[]> stdout;
    private final CompletableFuture<byte[]> stderr;

    private ClientProcess(List<String> command, Process process) {
        this.command = command;
        this.process = process;
        this.stdout = read("stdout", process.getInputStream());
        this.stderr = read("stderr", process.getErrorStream());
    }

    /**
     * Starts a client with empty standard input.
     *
     * @throws NotStartedException if the program cannot be started
     */
    static ClientProcess start(List<String> command) throws IOException {
        Process process;
        try {
            process = new ProcessBuilder(command).start();
        } catch (IOException e) {
            throw new NotStartedException(e);
        }
        process.getOutputStream().close();
        return new ClientProcess(command, process);
    }

    /** The program cannot be started. The message says why. */
    static final class NotStartedException extends IOException {
        private static final long serialVersionUID = 1L;

        NotStartedException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private static CompletableFuture<byte[]> read(String name, InputStream stream) {
        CompletableFuture<byte[]> all = new CompletableFuture<>();
        Thread reader = new Thread(
                () -> {
                    ByteArrayOutputStream kept = new ByteArrayOutputStream();
                    try {
                        byte[] buffer = new byte[8192];
                        for (int length = stream.read(buffer); length >= 0; length = stream.read(buffer)) {
                            kept.write(buffer, 0, Math.min(length, MAX_OUTPUT - kept.size()));
                        }
                    } catch (IOException e) {
                        // The process was killed while this was reading. What it wrote before counts.
                    }
                    all.complete(kept.toByteArray());
                },
                "check-" + name);
        reader.setDaemon(true);
        reader.start();
        return all;
    }

    /** @param listener called once the client has ended */
    void onEnd(Runnable listener) {
        process.onExit().thenRun(listener);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Sends SIGINT to the client and its children, as Ctrl-C does. */
    void interrupt() throws IOException, InterruptedException {
        List<String> kill = Stream.concat(
                        Stream.of("kill", "-INT", Long.toString(process.pid())),
                        process.descendants().map(child -> Long.toString(child.pid())))
                .toList();
        new ProcessBuilder(kill).start().waitFor();
    }

    /**
     * Waits for the end of the client, and kills it at the deadline.
     *
     * @param deadline a value of {@link System#nanoTime}
     */
    ClientRun await(long deadline) throws InterruptedException {
        boolean ended = process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        Duration duration = Duration.ofNanos(System.nanoTime() - start);
        // Also after its own end: a child that is left would keep the streams open.
        kill();
        return new ClientRun(
                command,
                ended ? OptionalInt.of(process.exitValue()) : OptionalInt.empty(),
                content(stdout),
                content(stderr),
                duration);
    }

    private static byte[] content(CompletableFuture<byte[]> stream) throws InterruptedException {
        try {
            return stream.get(KILL_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            // A child that left the process tree still holds the stream.
            return new byte[0];
        } catch (ExecutionException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    private void kill() throws InterruptedException {
        List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        all.forEach(ProcessHandle::destroyForcibly);
        process.waitFor(KILL_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        try {
            kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
