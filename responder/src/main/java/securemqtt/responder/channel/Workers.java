package securemqtt.responder.channel;

import java.util.concurrent.Executor;
import org.jboss.logging.Logger;
import securemqtt.protocol.Refusal;
import securemqtt.protocol.RefusedException;
import securemqtt.protocol.Topics;

/**
 * The threads that answer requests: for each kind of request, as many as there are processors. So many key exchanges
 * delay neither the connection to the broker nor the texts of clients with a session. Key exchanges have one thread
 * until the JVM is warm.
 */
final class Workers {
    private static final Logger LOG = Logger.getLogger(Workers.class);
    /** Half a minute of key exchanges. A client would not wait longer. */
    private static final int MAX_WAITING = 5_000;
    /** Keeps large requests from filling a small heap. */
    private static final int MAX_WAITING_KIB = 32 * 1024;

    /** About two seconds of work. By then the JVM has compiled most of the code that reads the connection. */
    static final int WARM_UP = 200;

    private final FairThreadPool keyExchanges;
    private final FairThreadPool transforms;
    private final WarmUp warmUp;
    private volatile boolean closed;

    /**
     * @param connection runs a task on the thread that reads the connection
     * @param keyExchangesWait whether a key exchange waits for another computer; then another one has a thread meanwhile
     */
    Workers(Executor connection, boolean keyExchangesWait) {
        int processors = Runtime.getRuntime().availableProcessors();
        int further = keyExchangesWait ? processors : processors - 1;
        keyExchanges = new FairThreadPool("key-exchange", 1, MAX_WAITING, MAX_WAITING_KIB);
        warmUp = new WarmUp(WARM_UP, connection, () -> keyExchanges.addThreads(further));
        transforms = new FairThreadPool("transform", processors, MAX_WAITING, MAX_WAITING_KIB);
    }

    /**
     * Runs the work on one of the threads.
     *
     * @param length the length of the request, in bytes
     * @param work must not throw
     * @param dropped called instead of {@code work} if the request is dropped later; must neither throw nor wait
     * @throws RefusedException if the queue is full, or this is closed
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

    /** The number of key exchanges that wait for a thread. */
    int waitingKeyExchanges() {
        return keyExchanges.waiting();
    }

    /** The number of texts that wait for a thread. */
    int waitingTransforms() {
        return transforms.waiting();
    }

    /**
     * Refuses new requests, and waits until all others are answered, at most until the deadline, as {@link
     * System#nanoTime}.
     */
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
