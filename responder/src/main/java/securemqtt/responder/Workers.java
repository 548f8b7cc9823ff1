package securemqtt.responder;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import securemqtt.protocol.Refusal;
import securemqtt.protocol.RefusedException;
import securemqtt.protocol.Topics;

/**
 * The threads on which requests are answered, as many as there are processors for each kind, so that a crowd of key
 * exchanges neither holds up the connection to the broker nor the texts of those who have their key.
 */
final class Workers implements AutoCloseable {
    private static final int MOST_WAITING = 5_000;
    private static final long LAST_WORK_SECONDS = 5;

    private final ExecutorService keyExchanges = pool("key-exchange");
    private final ExecutorService transforms = pool("transform");

    /** @throws RefusedException if too much waits already, or this was closed */
    void execute(Topics.Request request, Runnable work) throws RefusedException {
        try {
            (request instanceof Topics.KeyExchange ? keyExchanges : transforms).execute(work);
        } catch (RejectedExecutionException e) {
            throw new RefusedException(Refusal.OVERLOADED, e);
        }
    }

    /** Takes nothing new, and waits some seconds for what was begun. */
    @Override
    public void close() {
        keyExchanges.shutdown();
        transforms.shutdown();
        try {
            keyExchanges.awaitTermination(LAST_WORK_SECONDS, TimeUnit.SECONDS);
            transforms.awaitTermination(LAST_WORK_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        keyExchanges.shutdownNow();
        transforms.shutdownNow();
    }

    private static ExecutorService pool(String name) {
        int threads = Runtime.getRuntime().availableProcessors();
        AtomicInteger number = new AtomicInteger();
        return new ThreadPoolExecutor(
                threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MOST_WAITING), work -> {
                    Thread thread = new Thread(work, name + "-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }
}
