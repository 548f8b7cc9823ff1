package securemqtt.load;

import java.io.PrintStream;
import java.util.Locale;

/** Prints the result for people, one value per line. */
final class Report {
    private static final String LINE = "%-22s%s%n";

    private final PrintStream out;

    Report(PrintStream out) {
        this.out = out;
    }

    void line(String name, Object value) {
        out.printf(Locale.ROOT, LINE, name, value);
    }

    void counts(Counts counts) {
        line("answered", counts.answered());
        line("lost", counts.allLost());
        line("wrong", counts.wrong());
        line("duplicates", counts.duplicates() + " (" + counts.repeated() + " of them marked as repeated by QoS 1)");
        line("refused by broker", counts.lost().getOrDefault(ClientState.REFUSED, 0));
    }

    /**
     * @param unit the plural name of the answered requests, such as {@code exchanges}
     * @param nanos the time from the first start to the last answer, in nanoseconds
     */
    void speed(String unit, int answered, long nanos) {
        line("wall time", String.format(Locale.ROOT, "%.3f s", nanos / 1e9));
        line(unit + "/s", String.format(Locale.ROOT, "%.1f", nanos == 0 ? 0 : answered * 1e9 / nanos));
    }

    void latency(String what, Percentiles percentiles) {
        if (percentiles.count() > 0) {
            line(what, percentiles);
        }
    }
}
