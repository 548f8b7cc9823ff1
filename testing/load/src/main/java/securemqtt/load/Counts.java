package securemqtt.load;

import java.util.Map;
import java.util.stream.Collectors;

/**
 * The result of a run.
 *
 * @param asked the number of expected answers
 * @param wrong the number of wrong answers
 * @param duplicates the number of answers that arrived again
 * @param repeated the number of duplicates that the broker marked as repeated, as QoS 1 allows
 * @param lost the number of lost answers by state of the client; no value is 0
 */
record Counts(int asked, int answered, int wrong, int duplicates, int repeated, Map<ClientState, Integer> lost) {
    Counts {
        lost = Map.copyOf(lost);
    }

    int allLost() {
        return asked - answered - wrong;
    }

    /** Whether every request has exactly one answer, and all answers are right. */
    boolean good() {
        return answered == asked && wrong == 0 && duplicates == repeated;
    }

    /** The verdict in one line. If the run is not good, it names the states in which answers were lost. */
    String verdict() {
        if (good()) {
            return "good: all " + asked + " answered";
        }
        String verdict = "NOT GOOD:";
        if (allLost() > 0) {
            verdict += " lost " + allLost() + ": "
                    + lost.entrySet().stream()
                            .sorted(Map.Entry.comparingByKey())
                            .map(entry -> entry.getValue() + " " + entry.getKey())
                            .collect(Collectors.joining(", "));
        }
        if (wrong > 0) {
            verdict += " wrong " + wrong;
        }
        if (duplicates > repeated) {
            verdict += " answered once more " + (duplicates - repeated);
        }
        return verdict;
    }
}
