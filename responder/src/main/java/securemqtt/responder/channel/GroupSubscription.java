package securemqtt.responder.channel;

/** The shared subscription by which the broker hands requests to this responder or to another of its group. */
public interface GroupSubscription {
    /** Whether this responder belongs to a group. If not, do not call the other methods. */
    boolean exists();

    /**
     * Ends the subscription, so that no new request comes to this responder. The broker may still send some that it had queued.
     *
     * @param deadline as {@link System#nanoTime}
     * @return whether the broker confirmed it before the deadline
     */
    boolean end(long deadline) throws InterruptedException;

    /**
     * Waits until the broker has sent every request that it can send without a further acknowledgement.
     *
     * @param deadline as {@link System#nanoTime}
     * @return whether the broker confirmed it before the deadline
     */
    boolean awaitSent(long deadline) throws InterruptedException;
}
