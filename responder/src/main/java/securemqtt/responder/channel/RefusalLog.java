package securemqtt.responder.channel;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import securemqtt.protocol.Refusal;
import securemqtt.responder.diagnosis.Diagnosis;
import securemqtt.responder.log.LogFields;
import securemqtt.responder.log.LogText;

/**
 * Logs refused messages and clients' mistakes, one line each. During a flood only the first
 * messages of each second get a line, and overload and missing sessions get none. The log counts the others, and writes the counts once a
 * second. A separate thread writes, so a slow terminal delays no request.
 */
final class RefusalLog implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(RefusalLog.class);
    private static final int MAX_LINES_PER_SECOND = 50;
    /** Lines of their own would say nothing about the message. */
    private static final Set<Refusal> ONLY_COUNTED = EnumSet.of(Refusal.OVERLOADED, Refusal.SESSIONS_UNAVAILABLE);

    private static final long CLOSE_TIMEOUT_SECONDS = 1;

    private final Semaphore linePermits = new Semaphore(MAX_LINES_PER_SECOND);
    private final AtomicIntegerArray counted = new AtomicIntegerArray(Refusal.values().length);
    /** Mistakes in messages that were not refused. */
    private final AtomicInteger mistakes = new AtomicInteger();

    private final AtomicInteger internalErrors = new AtomicInteger();
    private final AtomicInteger notSent = new AtomicInteger();
    private final ScheduledThreadPoolExecutor writer =
            new ScheduledThreadPoolExecutor(1, RefusalLog::thread, new ThreadPoolExecutor.DiscardPolicy());

    RefusalLog() {
        writer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        writer.scheduleAtFixedRate(this::nextSecond, 1, 1, TimeUnit.SECONDS);
    }

    /** Counts an answer that was not sent, for lack of a connection. */
    void addNotSent() {
        notSent.incrementAndGet();
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "refusal-log");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Logs or counts a refused message.
     *
     * @param topic the topic as received; untrusted
     * @param diagnosis why the client sent the message so; empty if unknown
     */
    void add(Refusal reason, String topic, Optional<Diagnosis> diagnosis) {
        if (!ONLY_COUNTED.contains(reason) && !writer.isShutdown() && linePermits.tryAcquire()) {
            writer.execute(() -> write(reason, topic, diagnosis));
        } else {
            counted.incrementAndGet(reason.ordinal());
        }
    }

    /** Logs or counts a mistake in a message that was not refused. */
    void addMistake(MessageLine line, Logger.Level level) {
        if (!writer.isShutdown() && linePermits.tryAcquire()) {
            writer.execute(() -> LogFields.log(line.fields(), () -> LOG.log(level, line.text())));
        } else {
            mistakes.incrementAndGet();
        }
    }

    /**
     * Logs an internal error in place of an answer.
     *
     * @param topic the topic as received; untrusted
     */
    void addInternalError(String topic, Throwable error) {
        if (!writer.isShutdown() && linePermits.tryAcquire()) {
            writer.execute(() -> {
                LOG.errorf("internal error while answering %s: %s", LogText.of(topic), LogText.of(error.toString()));
                LOG.debug("where it happened", error);
            });
        } else {
            internalErrors.incrementAndGet();
        }
    }

    private static void write(Refusal reason, String topic, Optional<Diagnosis> diagnosis) {
        MessageLine line = MessageLine.refused(reason, topic, diagnosis);
        LogFields.log(line.fields(), () -> LOG.warn(line.text()));
    }

    private void nextSecond() {
        writeCounts();
        linePermits.drainPermits();
        linePermits.release(MAX_LINES_PER_SECOND);
    }

    private void writeCounts() {
        String numbers = Arrays.stream(Refusal.values())
                .flatMap(reason -> count(reason, counted.getAndSet(reason.ordinal(), 0)))
                .collect(Collectors.joining(", "));
        if (!numbers.isEmpty()) {
            LOG.warnf("refused more, too many to list: %s", numbers);
        }
        int unlisted = mistakes.getAndSet(0);
        if (unlisted > 0) {
            LOG.warnf("%d more messages show a mistake of their client", unlisted);
        }
        int more = internalErrors.getAndSet(0);
        if (more > 0) {
            LOG.errorf("%d more answers failed with an internal error", more);
        }
        int lost = notSent.getAndSet(0);
        if (lost > 0) {
            LOG.warnf("%d answers were not sent, because there was no connection to the broker", lost);
        }
    }

    private static Stream<String> count(Refusal reason, int count) {
        return count == 0 ? Stream.empty() : Stream.of(count + " " + reason.code());
    }

    @Override
    public void close() {
        writer.shutdown();
        try {
            writer.awaitTermination(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        writeCounts();
    }
}
