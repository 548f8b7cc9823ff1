package securemqtt.responder.broker.embedded;

/** So much of something for all connections together: bytes, or things. */
final class MemoryLimit {
    private final long max;
    private long reserved;

    /** @param max what may be taken at a time */
    MemoryLimit(long max) {
        this.max = max;
    }

    /** Takes it all or, if that is more than there is left, nothing. */
    synchronized boolean reserve(long amount) {
        if (reserved + amount > max) {
            return false;
        }
        reserved += amount;
        return true;
    }

    /** @param amount some of what was taken */
    synchronized void release(long amount) {
        reserved -= amount;
    }
}
