package securemqtt.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A program's standard output or standard error. A separate thread reads it to its end. */
final class Output {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Thread reader;
    private boolean ended;

    Output(String name, InputStream in) {
        reader = new Thread(() -> read(in), name);
        reader.setDaemon(true);
        reader.start();
    }

    private void read(InputStream in) {
        byte[] buffer = new byte[8192];
        try {
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                add(buffer, length);
            }
        } catch (IOException e) {
            // The program was killed during the read.
        }
        synchronized (this) {
            ended = true;
            notifyAll();
        }
    }

    private synchronized void add(byte[] buffer, int length) {
        bytes.write(buffer, 0, length);
        notifyAll();
    }

    /** The whole output. Waits for the program's end. */
    byte[] awaitEnd() throws InterruptedException {
        reader.join();
        return bytes();
    }

    synchronized byte[] bytes() {
        return bytes.toByteArray();
    }

    List<String> lines() {
        return text().lines().toList();
    }

    private synchronized String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** Waits for a number of complete lines that contain a match of the pattern, and returns the last one. */
    synchronized Matcher awaitLine(String pattern, int count, long patienceSeconds) throws InterruptedException {
        Pattern compiled = Pattern.compile(pattern);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(patienceSeconds);
        while (true) {
            Optional<Matcher> found = find(compiled, count);
            if (found.isPresent()) {
                return found.get();
            }
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (ended || left <= 0) {
                throw new AssertionError("no line with " + pattern + " in:\n" + text());
            }
            wait(left);
        }
    }

    private Optional<Matcher> find(Pattern pattern, int count) {
        String complete = text().substring(0, text().lastIndexOf('\n') + 1);
        return complete.lines()
                .map(pattern::matcher)
                .filter(Matcher::find)
                .skip(count - 1L)
                .findFirst();
    }
}
