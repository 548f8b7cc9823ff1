package securemqtt.responder.check;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;

/** Prints the results for people, each case as it ends. */
final class TerminalReport {
    private static final String RED = "\u001B[31m";
    private static final String GREEN = "\u001B[32m";
    private static final String YELLOW = "\u001B[33m";
    private static final String PLAIN = "\u001B[0m";

    private final PrintWriter out;
    private final boolean isColored;

    /** @param isColored whether {@code out} is a terminal that may be colored */
    TerminalReport(PrintWriter out, boolean isColored) {
        this.out = out;
        this.isColored = isColored;
    }

    /** Prints the line of a case. */
    void ended(CheckResult result) {
        out.printf(
                Locale.ROOT,
                "%s  %-10s  %-24s  %4.1f s  %s%n",
                colored(result.outcome()),
                result.check().kind().id(),
                result.check().id(),
                result.duration().toMillis() / 1000.0,
                result.check().sentence());
        out.flush();
    }

    private String colored(CheckResult.Outcome outcome) {
        if (!isColored) {
            return outcome.id();
        }
        String color =
                switch (outcome) {
                    case PASS -> GREEN;
                    case FAIL -> RED;
                    case SKIP -> YELLOW;
                };
        return color + outcome.id() + PLAIN;
    }

    /** Prints each failure, and the counts. */
    void finished(Report report) {
        report.results().stream()
                .filter(result -> result.outcome() == CheckResult.Outcome.FAIL)
                .forEach(this::failure);
        out.println();
        out.printf(
                "lab %d of %d, robustness %d of %d%n",
                report.count(CheckCase.Kind.LAB, CheckResult.Outcome.PASS),
                report.played(CheckCase.Kind.LAB),
                report.count(CheckCase.Kind.ROBUSTNESS, CheckResult.Outcome.PASS),
                report.played(CheckCase.Kind.ROBUSTNESS));
        out.flush();
    }

    private void failure(CheckResult result) {
        Optional<Observation> observation = result.observation();
        out.println();
        out.printf("%s: %s%n", result.check().id(), result.check().sentence());
        observation.stream()
                .flatMap(observed -> observed.runs().stream())
                .forEach(run -> out.printf("  run       %s%n", run.commandLine()));
        out.printf("  expected  %s%n", result.expected());
        out.printf("  seen      %s%n", result.seen());
        out.printf("  why       %s%n", result.check().why());
        out.printf("  fix       %s%n", result.check().fix());
    }
}
