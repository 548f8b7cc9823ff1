package securemqtt.load;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntSupplier;

/** Prints the resident memory of a process every so many answers. Works only on Linux. */
final class MemoryCurve implements Runnable {
    private static final String RESIDENT = "VmRSS:";

    private final Path status;
    private final int every;
    private final IntSupplier answered;
    private final PrintStream out;
    private int printed;

    MemoryCurve(long pid, int every, IntSupplier answered, PrintStream out) {
        this.status = Path.of("/proc", Long.toString(pid), "status");
        this.every = every;
        this.answered = answered;
        this.out = out;
    }

    /** Prints a line if enough answers have arrived since the last one. Call it often. */
    @Override
    public void run() {
        int now = answered.getAsInt();
        if (now / every > printed / every) {
            printed = now;
            out.printf("memory %d answered, %s%n", now, resident());
        }
    }

    String resident() {
        try {
            return Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith(RESIDENT))
                    .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024 + " MiB resident")
                    .findFirst()
                    .orElse("the process has ended");
        } catch (IOException e) {
            return "nothing known of the process: " + e;
        }
    }
}
