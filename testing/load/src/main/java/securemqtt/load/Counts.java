package securemqtt.load;

import java.util.Map;
import java.util.stream.Collectors;

/**
 * What became of everything that was asked.
 *
 * @param asked how many answers there should be
 * @param duplicates answers that came once more
 * @param repeated how many of these the broker marked as repeated, as QoS 1 allows
 * @param lost how many were lost, by where; none with 0
 */
record Counts(int asked, int answered, int wrong, int duplicates, int repeated, Map<Stage, Integer> lost) {
    Counts {
        lost = Map.copyOf(lost);
    }

    int allLost() {
        return asked - answered - wrong;
    }

    /** All is answered, once and rightly. */
    boolean good() {
        return answered == asked && wrong == 0 && duplicates == repeated;
    }

    /** The verdict in one line; for what is not good it says where things were lost. */
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
