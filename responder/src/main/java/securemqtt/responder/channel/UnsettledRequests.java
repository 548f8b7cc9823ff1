package securemqtt.responder.channel;

/** Counts the requests that are neither answered nor refused yet. */
final class UnsettledRequests {
    private int count;

    synchronized void add() {
        count++;
    }

    synchronized void remove() {
        count--;
        notifyAll();
    }

    /**
     * Waits until there are none.
     *
     * @param deadline as {@link System#nanoTime}
     * @return whether there were none before the deadline
     */
    synchronized boolean awaitNone(long deadline) throws InterruptedException {
        for (long left = deadline - System.nanoTime(); count > 0 && left > 0; left = deadline - System.nanoTime()) {
            wait(1 + left / 1_000_000);
        }
        return count == 0;
    }
}
