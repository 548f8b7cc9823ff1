package securemqtt.responder.check;

import java.io.PrintWriter;
import java.util.Locale;
import securemqtt.responder.log.LogText;

/** Prints the results for people, each case as it ends. */
final class TerminalReport {
    private static final String BOLD = "\u001B[1m";
    private static final String RED = "\u001B[31m";
    private static final String GREEN = "\u001B[32m";
    private static final String YELLOW = "\u001B[33m";
    private static final String PLAIN = "\u001B[0m";
    private static final String ERASE_LINE = "\r\u001B[K";

    private final PrintWriter out;
    private final TerminalStyle style;
    private final int chosen;
    private int ended;

    /** @param chosen how many cases are to be played */
    TerminalReport(PrintWriter out, TerminalStyle style, int chosen) {
        this.out = out;
        this.style = style;
        this.chosen = chosen;
    }

    /** Call this before the first case ends. */
    void begin() {
        progress();
    }

    /** Prints the line of a case. */
    void ended(CheckResult result) {
        ended++;
        eraseProgress();
        boolean isSkipped = result.outcome() == CheckResult.Outcome.SKIP;
        out.printf(
                Locale.ROOT,
                "%s  %-10s  %-24s  %4.1f s  %s%n",
                colored(result.outcome()),
                result.check().kind().id(),
                result.check().id(),
                result.seconds(),
                LogText.line(isSkipped ? result.seen() : result.check().sentence()));
        progress();
    }

    private void progress() {
        if (style.hasProgress() && ended < chosen) {
            out.print(ended + " of " + chosen);
        }
        out.flush();
    }

    private void eraseProgress() {
        if (style.hasProgress()) {
            out.print(ERASE_LINE);
        }
    }

    private String colored(CheckResult.Outcome outcome) {
        return switch (outcome) {
            case PASS -> colored(GREEN, outcome.id());
            case FAIL -> colored(RED, outcome.id());
            case SKIP -> colored(YELLOW, outcome.id());
        };
    }

    private String colored(String color, String text) {
        return style.isColored() ? color + text + PLAIN : text;
    }

    /** Call this instead of {@link #finished} if there is nothing to report. */
    void abort() {
        eraseProgress();
        out.flush();
    }

    /** Prints each failure, and the counts. */
    void finished(Report report) {
        eraseProgress();
        report.results().stream()
                .filter(result -> result.outcome() == CheckResult.Outcome.FAIL)
                .forEach(result -> failure(report, result));
        out.println();
        if (!report.isComplete()) {
            out.printf("stopped: %d of %d cases ended%n", report.results().size(), report.chosen());
        }
        if (!report.results().isEmpty()) {
            out.println(report.counts());
        }
        out.flush();
    }

    private void failure(Report report, CheckResult result) {
        out.println();
        out.println(
                colored(BOLD + RED, result.check().id()) + ": " + result.check().sentence());
        FailureText.lines(report, result).forEach(out::println);
    }
}
