package securemqtt.responder;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;
import securemqtt.protocol.Refusal;

/**
 * The log of what was refused: a line each, with the reason, the NetID and the topic. A thread of its own writes it,
 * because a flood of bad requests must not hold up who takes them in; of those that it cannot keep up with it tells the
 * number.
 */
final class RefusalLog implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(RefusalLog.class);
    private static final int MOST_WAITING = 1_000;
    private static final long LAST_LINES_SECONDS = 1;

    private final AtomicLong unnamed = new AtomicLong();
    private final ThreadPoolExecutor writer = new ThreadPoolExecutor(
            1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MOST_WAITING), Workers.daemons("refusal-log"));

    /** @param topic as it came, from a stranger */
    void add(Refusal reason, String topic) {
        try {
            writer.execute(() -> write(reason, topic));
        } catch (RejectedExecutionException e) {
            unnamed.incrementAndGet();
        }
    }

    private void write(Refusal reason, String topic) {
        LOG.warnf(
                "refused %s: %s (NetID %s, topic %s)",
                reason.code(), reason.explanation(), netId(topic), Printable.of(topic));
        writeNumber();
    }

    private void writeNumber() {
        long number = unnamed.getAndSet(0);
        if (number > 0) {
            LOG.warnf("refused %d more, too many to name each", number);
        }
    }

    /** What stands in the NetID's place, whether it is one or not. */
    private static String netId(String topic) {
        int slash = topic.indexOf('/');
        return Printable.of(slash < 0 ? topic : topic.substring(0, slash));
    }

    @Override
    public void close() {
        writer.shutdown();
        try {
            writer.awaitTermination(LAST_LINES_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        writeNumber();
    }
}
