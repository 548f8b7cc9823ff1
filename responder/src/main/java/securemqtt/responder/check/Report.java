package securemqtt.responder.check;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * All results of one check.
 *
 * @param command the client's program and its own arguments
 * @param results in the order of {@link CheckList}
 * @param chosen how many cases were to be played; more than there are results if the check was stopped
 */
record Report(List<String> command, List<CheckResult> results, int chosen) {
    /** The results of a kind. */
    List<CheckResult> results(CheckCase.Kind kind) {
        return results.stream().filter(result -> result.check().kind() == kind).toList();
    }

    boolean isComplete() {
        return results.size() == chosen;
    }

    /** The command line that plays one case again. */
    String repetition(CheckCase one) {
        return "secure_mqtt_responder check --only " + one.id() + " -- " + ClientRun.commandLine(command);
    }

    /** Such as {@code lab 24 of 24, robustness 15 of 19, 1 skipped}, for the kinds that have results. */
    String counts() {
        String counts = Arrays.stream(CheckCase.Kind.values())
                .filter(kind -> !results(kind).isEmpty())
                .map(this::counts)
                .collect(Collectors.joining(", "));
        long skipped = results.stream()
                .filter(result -> result.outcome() == CheckResult.Outcome.SKIP)
                .count();
        return skipped == 0 ? counts : counts + ", " + skipped + " skipped";
    }

    private String counts(CheckCase.Kind kind) {
        return kind.id() + " " + count(kind, CheckResult.Outcome.PASS) + " of " + played(kind);
    }

    /** How many cases of a kind ended so. */
    long count(CheckCase.Kind kind, CheckResult.Outcome outcome) {
        return results(kind).stream()
                .filter(result -> result.outcome() == outcome)
                .count();
    }

    /** How many cases of a kind were played, without those that were skipped. */
    long played(CheckCase.Kind kind) {
        return results(kind).size() - count(kind, CheckResult.Outcome.SKIP);
    }
}
