package securemqtt.load;

import java.util.Arrays;
import java.util.Locale;

/**
 * Percentiles of durations, in nanoseconds. All are 0 if nothing was measured.
 *
 * @param count the number of measured durations
 */
record Percentiles(int count, long p50, long p90, long p99, long max) {
    /** @param nanos the durations, in any order; the array is not changed */
    static Percentiles of(long... nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return new Percentiles(sorted.length, rank(sorted, 50), rank(sorted, 90), rank(sorted, 99), rank(sorted, 100));
    }

    /** The nearest-rank percentile, which is always a measured value. */
    private static long rank(long[] sorted, int percent) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.ceil(sorted.length * percent / 100.0) - 1];
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "p50 %.1f  p90 %.1f  p99 %.1f  max %.1f ms (of %d)",
                p50 / 1e6,
                p90 / 1e6,
                p99 / 1e6,
                max / 1e6,
                count);
    }
}
