package securemqtt.responder.channel;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import securemqtt.protocol.NetId;
import securemqtt.protocol.Refusal;
import securemqtt.responder.diagnosis.AgreedValues;
import securemqtt.responder.diagnosis.Diagnosis;
import securemqtt.responder.diagnosis.RefusedMessage;

/**
 * Diagnoses refused messages on a thread of its own with low priority, so that no answer and no other NetID waits for it. What exceeds
 * its limits gets no diagnosis.
 */
final class Diagnoses implements AutoCloseable {
    /** Longer messages get no diagnosis, so that a full queue takes no more than some 6 MB. */
    private static final int MAX_LENGTH = 64 * 1024;

    private static final int MAX_WAITING = 100;
    /** Time for each NetID between two diagnoses. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final int MAX_NETIDS = 10_000;
    private static final Duration LIMIT = Duration.ofMillis(50);

    private final BiConsumer<String, Throwable> internalErrors;
    private final LongSupplier nanos;
    /** NetIDs that had a diagnosis within the last second. */
    private final Cache<String, Boolean> recent;

    private final ThreadPoolExecutor thread;

    /** @param internalErrors called with a message's topic and the error that ended its diagnosis */
    Diagnoses(BiConsumer<String, Throwable> internalErrors) {
        this(internalErrors, System::nanoTime);
    }

    /** @param nanos as {@link System#nanoTime} */
    Diagnoses(BiConsumer<String, Throwable> internalErrors, LongSupplier nanos) {
        this.internalErrors = internalErrors;
        this.nanos = nanos;
        recent = Caffeine.newBuilder()
                .ticker(nanos::getAsLong)
                .expireAfterWrite(PAUSE)
                .maximumSize(MAX_NETIDS)
                .executor(Runnable::run)
                .build();
        thread = new ThreadPoolExecutor(
                1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), Diagnoses::thread);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "diagnosis");
        thread.setDaemon(true);
        thread.setPriority(Thread.MIN_PRIORITY);
        return thread;
    }

    /** The numbers of a NetID's open sessions. */
    interface Sessions {
        List<AgreedValues> of(NetId netId);
    }

    /**
     * Takes a refused message, and hands its diagnosis to {@code result} later, on the diagnosis thread; empty if the message shows no
     * mistake.
     *
     * @param sessions asked for the NetID's sessions, on the diagnosis thread
     * @return whether it took the message; otherwise {@code result} is never called
     */
    boolean offer(
            Refusal reason, String topic, byte[] payload, Sessions sessions, Consumer<Optional<Diagnosis>> result) {
        if (payload.length > MAX_LENGTH || recent.asMap().putIfAbsent(firstLevel(topic), true) != null) {
            return false;
        }
        try {
            thread.execute(() -> result.accept(diagnose(reason, topic, payload, sessions)));
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    private Optional<Diagnosis> diagnose(Refusal reason, String topic, byte[] payload, Sessions sessions) {
        List<AgreedValues> agreed = netId(topic).map(sessions::of).orElse(List.of());
        long deadline = nanos.getAsLong() + LIMIT.toNanos();
        try {
            return new RefusedMessage(reason, topic, payload, agreed).diagnose(() -> nanos.getAsLong() - deadline > 0);
        } catch (RuntimeException | Error e) {
            internalErrors.accept(topic, e);
            return Optional.empty();
        } finally {
            agreed.forEach(values -> Arrays.fill(values.secret(), (byte) 0));
        }
    }

    private static Optional<NetId> netId(String topic) {
        try {
            return Optional.of(new NetId(firstLevel(topic)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String firstLevel(String topic) {
        int slash = topic.indexOf('/');
        return slash < 0 ? topic : topic.substring(0, slash);
    }

    /** Takes no more messages, and drops those that wait. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
