package securemqtt.responder.check;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a case ended.
 *
 * @param expected what was expected, a clause; of the first expectation that was not met, otherwise of all
 * @param seen what was seen: for a skipped case the reason
 * @param observation empty if the case was skipped
 */
record CheckResult(
        CheckCase check,
        Outcome outcome,
        String expected,
        String seen,
        Optional<Observation> observation,
        Duration duration) {
    /** In seconds, for reports. */
    double seconds() {
        return duration.toMillis() / 1000.0;
    }

    /** What the responder refused, in words, unless {@link #seen} says so already. */
    List<String> furtherRefusals() {
        return observation.stream()
                .flatMap(observed -> observed.refused().stream())
                .map(RefusedRequest::describe)
                .distinct()
                .filter(refusal -> !seen.contains(refusal))
                .toList();
    }

    enum Outcome {
        PASS("pass"),
        FAIL("fail"),
        SKIP("skip");

        private final String id;

        Outcome(String id) {
            this.id = id;
        }

        /** The name in reports. */
        String id() {
            return id;
        }
    }
}
