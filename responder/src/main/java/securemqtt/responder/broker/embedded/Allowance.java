package securemqtt.responder.broker.embedded;

/** So much of something for all connections together: bytes, or things. */
final class Allowance {
    private final long most;
    private long taken;

    /** @param most what may be taken at a time */
    Allowance(long most) {
        this.most = most;
    }

    /** Takes it all or, if that is more than there is left, nothing. */
    synchronized boolean take(long amount) {
        if (taken + amount > most) {
            return false;
        }
        taken += amount;
        return true;
    }

    /** @param amount some of what was taken */
    synchronized void giveBack(long amount) {
        taken -= amount;
    }
}
