package securemqtt.responder.check;

import java.util.List;
import java.util.function.Predicate;

/**
 * All results of one check.
 *
 * @param command the client's program and its own arguments
 * @param results in the order of {@link CheckList}
 */
record Report(List<String> command, List<CheckResult> results) {
    /** How many cases of a kind ended so. */
    long count(CheckCase.Kind kind, CheckResult.Outcome outcome) {
        return results.stream()
                .filter(of(kind))
                .filter(result -> result.outcome() == outcome)
                .count();
    }

    /** How many cases of a kind were played, without those that were skipped. */
    long played(CheckCase.Kind kind) {
        return results.stream()
                .filter(of(kind))
                .filter(result -> result.outcome() != CheckResult.Outcome.SKIP)
                .count();
    }

    private static Predicate<CheckResult> of(CheckCase.Kind kind) {
        return result -> result.check().kind() == kind;
    }
}
