package securemqtt.responder.check;

import java.util.Comparator;
import java.util.List;

/** Finds the names that a misspelt one may mean. */
final class CaseNames {
    private static final int MAX_SUGGESTIONS = 3;

    private CaseNames() {}

    /** The nearest names, the best first; none if nothing is near. */
    static List<String> nearest(String name, List<String> known) {
        return known.stream()
                .filter(candidate -> isNear(name, candidate))
                .sorted(Comparator.comparingInt(candidate -> distance(name, candidate)))
                .limit(MAX_SUGGESTIONS)
                .toList();
    }

    private static boolean isNear(String name, String candidate) {
        boolean isPart = !name.isEmpty() && candidate.contains(name);
        return isPart || distance(name, candidate) <= Math.max(2, candidate.length() / 3);
    }

    /** How many characters to insert, delete or replace (Levenshtein). */
    private static int distance(String from, String to) {
        int[] previous = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] current = new int[to.length() + 1];
            current[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[to.length()];
    }
}
