package securemqtt.responder.channel;

import java.util.concurrent.Executor;
import org.jboss.logging.Logger;
import securemqtt.protocol.Refusal;
import securemqtt.protocol.RefusedException;
import securemqtt.protocol.Topics;

/**
 * The threads on which requests are answered, as many as there are processors for each kind, so that a crowd of key
 * exchanges neither holds up the connection to the broker nor the texts of those who have their key. Key exchanges have one
 * until the JVM is warm.
 */
final class Workers {
    private static final Logger LOG = Logger.getLogger(Workers.class);
    /** Of key exchanges this is half a minute's work: whoever came later would not wait for it. */
    private static final int MAX_WAITING = 5_000;
    /** So that large requests fill a small heap no more than small ones do. */
    private static final int MAX_WAITING_KIB = 32 * 1024;

    /** Some two seconds' work: by then what reads the connection is compiled, for the most part. */
    static final int WARM_UP = 200;

    private final FairThreadPool keyExchanges;
    private final FairThreadPool transforms;
    private final WarmUp warmUp;
    private volatile boolean closed;

    /** @param connection what has something done by the thread that reads the connection */
    Workers(Executor connection) {
        int processors = Runtime.getRuntime().availableProcessors();
        keyExchanges = new FairThreadPool("key-exchange", 1, MAX_WAITING, MAX_WAITING_KIB);
        warmUp = new WarmUp(WARM_UP, connection, () -> keyExchanges.addThreads(processors - 1));
        transforms = new FairThreadPool("transform", processors, MAX_WAITING, MAX_WAITING_KIB);
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
        int kibibytes = 1 + length / 1024;
        boolean taken = request instanceof Topics.KeyExchange
                ? keyExchanges.offer(request.netId(), kibibytes, () -> warmUp.run(work), dropped)
                : transforms.offer(request.netId(), kibibytes, work, dropped);
        if (!taken) {
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
        int left = transforms.awaitLastTasks(deadline) + keyExchanges.awaitLastTasks(deadline);
        if (left > 0) {
            LOG.warnf("stopped before %d requests were answered", left);
        }
    }
}
