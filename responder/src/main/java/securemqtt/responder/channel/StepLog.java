package securemqtt.responder.channel;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import securemqtt.protocol.ExchangeSteps;
import securemqtt.protocol.NetId;
import securemqtt.responder.log.LogText;

/**
 * Logs the lines of {@link ExchangeSteps}, in the order in which they come. A separate thread
 * writes, so a slow terminal delays no answer. If too many lines wait, later ones are only counted.
 */
final class StepLog implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(StepLog.class);
    /** In messages, each of at most ten lines. */
    private static final int MAX_WAITING = 1_000;

    private static final long CLOSE_TIMEOUT_SECONDS = 1;

    private final Consumer<String> log;
    private final AtomicInteger dropped = new AtomicInteger();
    private final ThreadPoolExecutor writer;

    StepLog() {
        this(LOG::info);
        LOG.warn(ExchangeSteps.WARNING);
    }

    /** @param log writes one line */
    StepLog(Consumer<String> log) {
        this.log = log;
        writer = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_WAITING),
                StepLog::thread,
                (task, executor) -> dropped.incrementAndGet());
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "step-log");
        thread.setDaemon(true);
        return thread;
    }

    /** Logs the lines about one message. Returns immediately. */
    void add(NetId netId, List<String> lines) {
        writer.execute(() -> write(netId, lines));
    }

    private void write(NetId netId, List<String> lines) {
        for (String line : lines) {
            log.accept(LogText.of(netId.value()) + ": " + line);
        }
        int missing = dropped.getAndSet(0);
        if (missing > 0) {
            log.accept("the steps of " + missing + " messages are missing here, because too many lines waited");
        }
    }

    /** Takes no more lines, and waits up to a second until those that wait are written. */
    @Override
    public void close() {
        writer.shutdown();
        try {
            writer.awaitTermination(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
