package securemqtt.responder.channel;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The first key exchanges of a process. The JVM still has to interpret what reads the connection, and to compile it: were all
 * processors busy with a crowd's key exchanges meanwhile, messages would be read more slowly than they come, and a text wait
 * behind them for a second. So each of the first lets the connection have its turn.
 */
final class WarmUp {
    /** If the connection's thread ends meanwhile, its turn does not come. */
    private static final long TIMEOUT_SECONDS = 1;

    private final AtomicInteger left;
    private final Executor connection;
    private final Runnable onFinished;

    /**
     * @param keyExchanges how many it takes
     * @param connection what has something done by the thread that reads the connection
     * @param onFinished called when all of them are done, by the thread that did the last
     */
    WarmUp(int keyExchanges, Executor connection, Runnable onFinished) {
        this.left = new AtomicInteger(keyExchanges);
        this.connection = connection;
        this.onFinished = onFinished;
    }

    /** Does a key exchange, one of the first only after what the connection's thread has to do already. */
    void run(Runnable keyExchange) {
        if (left.get() > 0) {
            awaitConnection();
        }
        keyExchange.run();
        if (left.get() > 0 && left.decrementAndGet() == 0) {
            onFinished.run();
        }
    }

    private void awaitConnection() {
        CountDownLatch reached = new CountDownLatch(1);
        try {
            connection.execute(reached::countDown);
            reached.await(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (RejectedExecutionException e) {
            // The connection's thread has ended, and has nothing to do that could be waited for.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
