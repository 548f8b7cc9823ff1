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
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.NetId;
import securemqtt.protocol.Refusal;
import securemqtt.protocol.RefusedException;
import securemqtt.protocol.Topics;
import securemqtt.responder.diagnosis.AcceptedMessage;
import securemqtt.responder.diagnosis.AgreedValues;
import securemqtt.responder.diagnosis.Diagnosis;
import securemqtt.responder.diagnosis.Mistake;
import securemqtt.responder.diagnosis.RefusedMessage;
import securemqtt.responder.exchange.Responder;

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

    /** Time for each NetID and mistake in a message that was answered. */
    private static final Duration MENTION_PAUSE = Duration.ofMinutes(10);

    private static final int MAX_NETIDS = 10_000;
    private static final Duration LIMIT = Duration.ofMillis(50);
    /** The first diagnoses have more time, because the JVM has not compiled the search yet. */
    private static final Duration COLD_LIMIT = Duration.ofSeconds(2);

    private static final int COLD = 20;
    private static final long CLOSE_TIMEOUT_SECONDS = 1;

    private final Responder responder;
    private final BiConsumer<String, Throwable> internalErrors;
    private final LongSupplier nanos;
    /** NetIDs that had a diagnosis within the last second. */
    private final Cache<String, Boolean> recent;

    /** NetIDs and mistakes in messages that were answered, of the last ten minutes. */
    private final Cache<String, Boolean> mentioned;

    private final ReusedValues reused;
    private final ThreadPoolExecutor thread;
    /** Used by the diagnosis thread only. */
    private int diagnosed;

    /**
     * @param responder which keeps the shared secrets of its sessions
     * @param internalErrors called with a message's topic and the error that ended its diagnosis
     */
    Diagnoses(Responder responder, BiConsumer<String, Throwable> internalErrors) {
        this(responder, internalErrors, System::nanoTime);
    }

    /** @param nanos as {@link System#nanoTime} */
    Diagnoses(Responder responder, BiConsumer<String, Throwable> internalErrors, LongSupplier nanos) {
        this.responder = responder;
        this.internalErrors = internalErrors;
        this.nanos = nanos;
        recent = Caffeine.newBuilder()
                .ticker(nanos::getAsLong)
                .expireAfterWrite(PAUSE)
                .maximumSize(MAX_NETIDS)
                .executor(Runnable::run)
                .build();
        mentioned = Caffeine.newBuilder()
                .ticker(nanos::getAsLong)
                .expireAfterWrite(MENTION_PAUSE)
                .maximumSize(MAX_NETIDS)
                .executor(Runnable::run)
                .build();
        reused = new ReusedValues(nanos::getAsLong);
        thread = new ThreadPoolExecutor(
                1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), Diagnoses::thread);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "diagnosis");
        thread.setDaemon(true);
        thread.setPriority(Thread.MIN_PRIORITY);
        return thread;
    }

    /**
     * Takes a refused message, and hands its diagnosis to {@code result} later, on the diagnosis thread; empty if the message shows no
     * mistake.
     *
     * @return whether it took the message; otherwise {@code result} is never called
     */
    boolean offer(Refusal reason, String topic, byte[] payload, Consumer<Optional<Diagnosis>> result) {
        // All that are no NetID share one turn: a stranger can send any number of them, of any length.
        String name = netId(topic).map(NetId::value).orElse("");
        if (payload.length > MAX_LENGTH || recent.asMap().putIfAbsent(name, true) != null) {
            return false;
        }
        try {
            thread.execute(new Task(reason, topic, payload, result));
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    /**
     * The mistakes in a message that was answered all the same.
     *
     * @param clientKey the client's public key of the session
     */
    List<Mistake> mistakes(AcceptedMessage message, DhPublicKey clientKey) {
        NetId netId = message.request().netId();
        List<Mistake> reuse = List.of();
        if (message.request() instanceof Topics.Transform transform) {
            reuse = reused.requestAnswered(netId, clientKey, transform.action(), message.payload());
        } else {
            reused.keyExchanged(netId, clientKey);
        }
        return Stream.concat(message.mistakes().stream(), reuse.stream()).toList();
    }

    /** Call this after each loss of the connection. */
    void connectionLost() {
        reused.connectionLost();
    }

    /** Whether this has not returned true for the topic's NetID and the mistake within ten minutes. */
    boolean isMentionable(String topic, Mistake mistake) {
        String fromNetId = topic.startsWith("/") ? topic.substring(1) : topic;
        return isFirst(fromNetId.substring(0, fromNetId.indexOf('/')), mistake);
    }

    private boolean isFirst(String netId, Mistake mistake) {
        return mentioned.asMap().putIfAbsent(mistake.id() + " " + netId, true) == null;
    }

    private Optional<Diagnosis> diagnose(Refusal reason, String topic, byte[] payload) {
        Optional<NetId> netId = netId(topic);
        boolean exchanged;
        List<AgreedValues> agreed;
        try {
            exchanged = netId.isPresent() && responder.mayHaveSentKey(netId.get());
            agreed = netId.isPresent() ? responder.agreedValues(netId.get()) : List.of();
        } catch (RefusedException e) {
            // Without the sessions, a diagnosis could be wrong.
            return Optional.empty();
        }
        long deadline = nanos.getAsLong() + (diagnosed < COLD ? COLD_LIMIT : LIMIT).toNanos();
        diagnosed++;
        try {
            return new RefusedMessage(reason, topic, payload, exchanged, agreed)
                    .diagnose(() -> thread.isShutdown() || nanos.getAsLong() - deadline > 0);
        } catch (RuntimeException | Error e) {
            internalErrors.accept(topic, e);
            return Optional.empty();
        } finally {
            agreed.forEach(values -> Arrays.fill(values.secret(), (byte) 0));
        }
    }

    /** A message that waits for its diagnosis. */
    private final class Task implements Runnable {
        private final Refusal reason;
        private final String topic;
        private final byte[] payload;
        private final Consumer<Optional<Diagnosis>> result;

        Task(Refusal reason, String topic, byte[] payload, Consumer<Optional<Diagnosis>> result) {
            this.reason = reason;
            this.topic = topic;
            this.payload = payload;
            this.result = result;
        }

        @Override
        public void run() {
            long start = nanos.getAsLong();
            result.accept(diagnose(reason, topic, payload));
            // So the thread takes no more than a quarter of a processor. Linux ignores its priority.
            LockSupport.parkNanos(3 * (nanos.getAsLong() - start));
        }

        void skip() {
            result.accept(Optional.empty());
        }
    }

    private static Optional<NetId> netId(String topic) {
        int slash = topic.indexOf('/');
        if (slash == 0) {
            // Without the cost of an exception, because a flood has such topics.
            return Optional.empty();
        }
        try {
            return Optional.of(new NetId(slash < 0 ? topic : topic.substring(0, slash)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * Takes no more messages. Those that wait get no diagnosis, and the search under way ends. After this returns,
     * {@code result} is not called any more.
     */
    @Override
    public void close() {
        thread.shutdownNow().forEach(task -> ((Task) task).skip());
        try {
            thread.awaitTermination(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
