package securemqtt.load;

import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Counts the results of all requests. It is thread-safe. */
final class Tally {
    private static final int MAX_COMPLAINTS = 5;

    final Latencies keyExchange = new Latencies();
    final Latencies request = new Latencies();
    final Latencies whole = new Latencies();

    private final Map<ClientState, Integer> lost = new EnumMap<>(ClientState.class);
    private final Set<String> complaints = new LinkedHashSet<>();
    private int answered;
    private int wrong;
    private int duplicates;
    private int repeated;
    private long lastAnswer;

    /** @param at the time of the answer, a value of {@link System#nanoTime} */
    synchronized void answered(long at) {
        answered++;
        lastAnswer = at;
    }

    synchronized void wrong(String why) {
        wrong++;
        complain(why);
    }

    synchronized void lost(ClientState where, int number, String why) {
        lost.merge(where, number, Integer::sum);
        if (!why.isEmpty()) {
            complain(where + ": " + why);
        }
    }

    synchronized void duplicate(boolean marked) {
        duplicates++;
        if (marked) {
            repeated++;
        }
    }

    private void complain(String why) {
        if (complaints.size() < MAX_COMPLAINTS) {
            complaints.add(why);
        }
    }

    synchronized int answered() {
        return answered;
    }

    /** The time of the last answer, a value of {@link System#nanoTime}; undefined before the first answer. */
    synchronized long lastAnswer() {
        return lastAnswer;
    }

    /** The first {@value #MAX_COMPLAINTS} different error messages. */
    synchronized List<String> complaints() {
        return List.copyOf(complaints);
    }

    synchronized Counts counts(int asked) {
        return new Counts(asked, answered, wrong, duplicates, repeated, lost);
    }
}
