package securemqtt.client;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Prints notes, warnings and errors for the user, one line each. */
final class Terminal {
    private final String program;
    private final PrintWriter err;
    private final boolean verbose;
    private final MonotonicClock clock;
    private final long start;

    /**
     * @param program the name at the beginning of warnings and errors
     * @param err standard error
     * @param verbose whether to print notes
     * @param start the time zero of notes, in nanoseconds by {@code clock}
     */
    Terminal(String program, PrintWriter err, boolean verbose, MonotonicClock clock, long start) {
        this.program = program;
        this.err = err;
        this.verbose = verbose;
        this.clock = clock;
        this.start = start;
    }

    /** Prints a step of a verbose run, with the milliseconds since its start. */
    void note(String text) {
        if (verbose) {
            printWithTime(text);
        }
    }

    /** Prints a line of {@link securemqtt.protocol.ExchangeSteps} in the form of a note, verbose or not. */
    void showSecret(String line) {
        printWithTime(line);
    }

    void warn(String text) {
        print(program + ": warning: " + text);
    }

    void error(String problem, String hint) {
        print(program + ": error: " + problem);
        print(program + ": hint: " + hint);
    }

    private void printWithTime(String text) {
        long millis = TimeUnit.NANOSECONDS.toMillis(clock.nanos() - start);
        print(String.format(Locale.ROOT, "%6d ms  %s", millis, text));
    }

    private void print(String line) {
        err.println(line);
        err.flush();
    }
}
