package securemqtt.load;

import java.util.Arrays;

/** Collects durations in nanoseconds. It is thread-safe. */
final class Latencies {
    private long[] nanos = new long[1024];
    private int count;

    synchronized void add(long duration) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = duration;
    }

    synchronized Percentiles percentiles() {
        return Percentiles.of(Arrays.copyOf(nanos, count));
    }
}
