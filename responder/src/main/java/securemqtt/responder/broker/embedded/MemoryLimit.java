package securemqtt.responder.broker.embedded;

/** A limit that all connections share, usually in bytes. */
final class MemoryLimit {
    private final long max;
    private long reserved;

    /** @param max the largest total that may be reserved at a time */
    MemoryLimit(long max) {
        this.max = max;
    }

    /**
     * Reserves the amount.
     *
     * @return false if that would exceed the limit; then nothing is reserved
     */
    synchronized boolean reserve(long amount) {
        if (reserved + amount > max) {
            return false;
        }
        reserved += amount;
        return true;
    }

    /** @param amount all or part of what was reserved */
    synchronized void release(long amount) {
        reserved -= amount;
    }
}
