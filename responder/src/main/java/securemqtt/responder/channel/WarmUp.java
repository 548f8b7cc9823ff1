package securemqtt.responder.channel;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Slows down the first key exchanges of a process. At first the JVM interprets and compiles the code that reads the
 * connection. If key exchanges of many clients took all processors meanwhile, the process would read messages more
 * slowly than they arrive, and a text would wait behind them for a second. So each of the first key exchanges waits
 * until the connection's thread has had its turn.
 */
final class WarmUp {
    /** If the connection's thread ends meanwhile, it never answers. */
    private static final long TIMEOUT_SECONDS = 1;

    private final AtomicInteger remaining;
    private final Executor connection;
    private final Runnable onFinished;

    /**
     * @param keyExchanges how many key exchanges to slow down
     * @param connection runs a task on the thread that reads the connection
     * @param onFinished called once after the last of them, by the thread that ran it
     */
    WarmUp(int keyExchanges, Executor connection, Runnable onFinished) {
        this.remaining = new AtomicInteger(keyExchanges);
        this.connection = connection;
        this.onFinished = onFinished;
    }

    /** Runs a key exchange. One of the first runs only after the tasks that the connection's thread already has. */
    void run(Runnable keyExchange) {
        if (remaining.get() > 0) {
            awaitConnection();
        }
        keyExchange.run();
        if (remaining.get() > 0 && remaining.decrementAndGet() == 0) {
            onFinished.run();
        }
    }

    private void awaitConnection() {
        CountDownLatch reached = new CountDownLatch(1);
        try {
            connection.execute(reached::countDown);
            reached.await(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (RejectedExecutionException e) {
            // The connection's thread has ended, so there is nothing to wait for.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
