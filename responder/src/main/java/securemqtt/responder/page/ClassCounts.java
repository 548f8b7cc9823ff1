package securemqtt.responder.page;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import securemqtt.responder.diagnosis.Mistake;

/** Numbers about a whole class, without NetIDs and texts. Thread-safe. */
final class ClassCounts {
    static final int MINUTES = 60;
    /** Exchanges a second are counted over this time. */
    static final int SECONDS = 10;

    private static final int MAX_NETIDS = 10_000;

    /** The oldest first. Minutes without messages are missing. */
    private final Deque<Minute> minutes = new ArrayDeque<>();

    private final long[] seconds = new long[SECONDS + 1];
    private final int[] answeredInSecond = new int[SECONDS + 1];
    /** The mistakes of each NetID. Beyond the limit, the oldest NetID is removed. */
    private final Map<String, Set<Mistake>> mistakes = new LinkedHashMap<>();

    private static final class Minute {
        private final long start;
        private int answered;
        private int refused;

        Minute(long start) {
            this.start = start;
        }
    }

    /** @param start in seconds since 1970 */
    record MinuteCount(long start, int answered, int refused) {}

    record MistakeCount(Mistake mistake, int netIds) {}

    /** A text was answered. */
    synchronized void answered(Instant time) {
        minute(time).answered++;
        int slot = (int) (time.getEpochSecond() % seconds.length);
        if (seconds[slot] < time.getEpochSecond()) {
            seconds[slot] = time.getEpochSecond();
            answeredInSecond[slot] = 0;
        }
        if (seconds[slot] == time.getEpochSecond()) {
            answeredInSecond[slot]++;
        }
    }

    synchronized void refused(Instant time) {
        minute(time).refused++;
    }

    synchronized void mistake(String netId, Mistake mistake) {
        mistakes.computeIfAbsent(netId, first -> EnumSet.noneOf(Mistake.class)).add(mistake);
        if (mistakes.size() > MAX_NETIDS) {
            mistakes.remove(mistakes.keySet().iterator().next());
        }
    }

    private Minute minute(Instant time) {
        long start = time.getEpochSecond() / 60 * 60;
        // Threads may come slightly out of order, and clocks are set back.
        if (minutes.isEmpty() || minutes.getLast().start < start) {
            minutes.addLast(new Minute(start));
        }
        if (minutes.size() > MINUTES) {
            minutes.removeFirst();
        }
        return minutes.getLast();
    }

    /** The last hour up to now, the oldest minute first. There is one for each minute. */
    synchronized List<MinuteCount> minutes(Instant now) {
        long last = now.getEpochSecond() / 60 * 60;
        List<MinuteCount> all = new ArrayList<>();
        for (long start = last - (MINUTES - 1) * 60L; start <= last; start += 60) {
            long wanted = start;
            all.add(minutes.stream()
                    .filter(minute -> minute.start == wanted)
                    .findFirst()
                    .map(minute -> new MinuteCount(wanted, minute.answered, minute.refused))
                    .orElse(new MinuteCount(wanted, 0, 0)));
        }
        return all;
    }

    /** Answered texts a second, on average of the last whole seconds. */
    synchronized double answeredPerSecond(Instant now) {
        int answered = 0;
        for (int i = 0; i < seconds.length; i++) {
            long age = now.getEpochSecond() - seconds[i];
            if (age >= 1 && age <= SECONDS) {
                answered += answeredInSecond[i];
            }
        }
        return answered / (double) SECONDS;
    }

    /** By how many NetIDs each mistake was made, the most frequent first; without those that nobody made. */
    synchronized List<MistakeCount> mistakes() {
        int[] netIds = new int[Mistake.values().length];
        mistakes.values().forEach(made -> made.forEach(mistake -> netIds[mistake.ordinal()]++));
        return Arrays.stream(Mistake.values())
                .filter(mistake -> netIds[mistake.ordinal()] > 0)
                .map(mistake -> new MistakeCount(mistake, netIds[mistake.ordinal()]))
                .sorted(Comparator.comparingInt(MistakeCount::netIds).reversed())
                .toList();
    }
}
