package securemqtt.responder;

import org.jboss.logging.Logger;
import securemqtt.protocol.Refusal;
import securemqtt.protocol.RefusedException;
import securemqtt.protocol.Topics;

/**
 * The threads on which requests are answered, as many as there are processors for each kind, so that a crowd of key
 * exchanges neither holds up the connection to the broker nor the texts of those who have their key.
 */
final class Workers {
    private static final Logger LOG = Logger.getLogger(Workers.class);
    /** Of key exchanges this is half a minute's work: whoever came later would not wait for it. */
    private static final int MOST_WAITING = 5_000;
    /** So that large requests fill a small heap no more than small ones do. */
    private static final int MOST_WAITING_KIB = 32 * 1024;

    private final FairPool keyExchanges;
    private final FairPool transforms;
    private volatile boolean closed;

    Workers() {
        int processors = Runtime.getRuntime().availableProcessors();
        keyExchanges = new FairPool("key-exchange", processors, MOST_WAITING, MOST_WAITING_KIB);
        transforms = new FairPool("transform", processors, MOST_WAITING, MOST_WAITING_KIB);
    }

    /**
     * Has a request answered by one of the threads.
     *
     * @param length of the request, in bytes
     * @param work must not throw
     * @param dropped called in place of {@code work}, if others need the room later; must not throw
     * @throws RefusedException if too much waits already, or this was closed
     */
    void execute(Topics.Request request, int length, Runnable work, Runnable dropped) throws RefusedException {
        if (closed) {
            throw new RefusedException(Refusal.STOPPING);
        }
        FairPool pool = request instanceof Topics.KeyExchange ? keyExchanges : transforms;
        if (!pool.offer(request.netId(), 1 + length / 1024, work, dropped)) {
            throw new RefusedException(Refusal.OVERLOADED);
        }
    }

    /** How many key exchanges wait for a thread. */
    int waitingKeyExchanges() {
        return keyExchanges.waiting();
    }

    /** How many texts wait for a thread. */
    int waitingTransforms() {
        return transforms.waiting();
    }

    /** Takes nothing new, and waits for what was begun or waits, until the deadline, by {@link System#nanoTime}. */
    void close(long deadline) throws InterruptedException {
        closed = true;
        keyExchanges.close();
        transforms.close();
        int left = transforms.awaitLastWork(deadline) + keyExchanges.awaitLastWork(deadline);
        if (left > 0) {
            LOG.warnf("stopped before %d requests were answered", left);
        }
    }
}
