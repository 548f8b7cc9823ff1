package securemqtt.responder.management;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.stream.DoubleStream;
import securemqtt.protocol.Action;
import securemqtt.protocol.Refusal;
import securemqtt.protocol.Topics;
import securemqtt.responder.diagnosis.Mistake;
import securemqtt.responder.settings.ResponderConfig;

/**
 * The counters and timers for {@code /q/metrics}. Labels come from closed lists only, never from messages: each new
 * value would take memory for ever, and could reveal who talks to whom.
 */
@ApplicationScoped
public class Metrics {
    /** Upper bounds of the histograms' buckets, in seconds. The last is the client's default timeout. */
    private static final Duration[] BUCKETS = DoubleStream.of(
                    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
            .mapToObj(seconds -> Duration.ofNanos(Math.round(seconds * 1e9)))
            .toArray(Duration[]::new);

    private final MeterRegistry registry;
    private final Map<Outcome, Counter> keyExchanges;
    private final Map<Action, Map<Outcome, Counter>> actions;
    private final Map<Refusal, Counter> refusals;
    private final Map<Mistake, Counter> mistakes;
    private final Counter diagnosesSkipped;
    private final Counter answersNotSent;
    private final Counter answersInDoubt;
    private final Counter sessionsEvicted;
    private final Counter sessionsUnreadable;
    private final Timer keyExchangeDuration;
    private final Timer actionDuration;

    private enum Outcome {
        ANSWERED,
        REFUSED,
        NOT_SENT,
        FAILED;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Without a management port, the registry is empty and its meters do nothing. With one, this uses Prometheus's
     * registry: Quarkus's composite registry gets its parts late in the start and would lose earlier counts.
     */
    @Inject
    @SuppressWarnings("deprecation") // Micrometer has a newer class, but Quarkus does not use it
    public Metrics(ResponderConfig config, Instance<PrometheusMeterRegistry> prometheus) {
        this(config.managementPort().isPresent() ? prometheus.get() : new CompositeMeterRegistry());
    }

    /**
     * Registers all meters at 0. A meter that appeared with its first event would not show that event as an increase.
     */
    public Metrics(MeterRegistry registry) {
        this.registry = registry;
        keyExchanges = each(
                Outcome.class,
                outcome ->
                        counter("secure.mqtt.key.exchanges", "Key exchanges asked for.", "outcome", outcome.label()));
        actions = each(
                Action.class,
                action -> each(
                        Outcome.class,
                        outcome -> counter(
                                "secure.mqtt.actions",
                                "Texts to be transformed.",
                                "action",
                                action.wireName(),
                                "outcome",
                                outcome.label())));
        refusals = each(
                Refusal.class,
                reason -> counter("secure.mqtt.refusals", "Messages that were refused.", "reason", reason.code()));
        mistakes = each(
                Mistake.class,
                mistake -> counter(
                        "secure.mqtt.mistakes", "Mistakes that messages of clients show.", "mistake", mistake.id()));
        diagnosesSkipped = counter(
                "secure.mqtt.diagnoses.skipped",
                "Refused messages whose mistake was not looked for, for lack of time.");
        answersNotSent = counter("secure.mqtt.answers.not.sent", "Answers that could not be handed to the broker.");
        answersInDoubt =
                counter("secure.mqtt.answers.in.doubt", "Answers sent shortly before the connection was lost.");
        String lost = "secure.mqtt.sessions.lost";
        String whatIsLost =
                "Sessions in Redis that were lost: NetIDs that it evicted, or sessions that nobody can read.";
        sessionsEvicted = counter(lost, whatIsLost, "reason", "evicted");
        sessionsUnreadable = counter(lost, whatIsLost, "reason", "unreadable");
        keyExchangeDuration =
                timer("secure.mqtt.key.exchange.duration", "From receiving a key to handing on the answer.");
        actionDuration = timer("secure.mqtt.action.duration", "From receiving a text to handing on the answer.");
    }

    private static <K extends Enum<K>, V> Map<K, V> each(Class<K> keys, Function<K, V> value) {
        Map<K, V> values = new EnumMap<>(keys);
        Arrays.stream(keys.getEnumConstants()).forEach(key -> values.put(key, value.apply(key)));
        return values;
    }

    private Counter counter(String name, String description, String... labels) {
        return Counter.builder(name).description(description).tags(labels).register(registry);
    }

    private Timer timer(String name, String description) {
        return Timer.builder(name)
                .description(description)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    /**
     * Registers the gauges of queues and sessions.
     *
     * @param keyExchanges the number of key exchanges that wait for a thread
     * @param texts the number of texts that wait for a thread
     * @param sessions the number of open sessions
     */
    public void watchRequests(IntSupplier keyExchanges, IntSupplier texts, LongSupplier sessions) {
        String depth = "secure.mqtt.queue.depth";
        String waiting = "Requests that wait for a thread.";
        Gauge.builder(depth, keyExchanges::getAsInt)
                .description(waiting)
                .tag("kind", "key-exchange")
                .register(registry);
        Gauge.builder(depth, texts::getAsInt)
                .description(waiting)
                .tag("kind", "transform")
                .register(registry);
        Gauge.builder("secure.mqtt.sessions", sessions::getAsLong)
                .description("Sessions that are open.")
                .register(registry);
    }

    /** Registers the gauge of the broker connection. */
    public void watchBroker(BooleanSupplier connected) {
        Gauge.builder("secure.mqtt.broker.connected", () -> connected.getAsBoolean() ? 1 : 0)
                .description("1 while connected to the broker, else 0.")
                .register(registry);
    }

    /** Counts answers that were sent shortly before the connection was lost, and may not have arrived. */
    public void inDoubt(int answers) {
        answersInDoubt.increment(answers);
    }

    /** Starts the measurement of a message that has just arrived. */
    public Measurement received() {
        return new Measurement();
    }

    /** Counts a refused message that gets no diagnosis because there are too many. */
    public void addSkippedDiagnosis() {
        diagnosesSkipped.increment();
    }

    /** Counts the keys that Redis evicted because it was full. */
    public void addEvictedSessions(long count) {
        sessionsEvicted.increment(count);
    }

    /** Counts a session in Redis that was sealed with another secret or for another NetID, or was changed. */
    public void addUnreadableSession() {
        sessionsUnreadable.increment();
    }

    /** Counts the mistakes that a message shows. */
    public void addMistakes(List<Mistake> found) {
        found.forEach(mistake -> mistakes.get(mistake).increment());
    }

    /** Measures one message: counts its outcome, and times its answer. One thread at a time may use it. */
    public final class Measurement {
        private final long receivedNanos = System.nanoTime();
        /** Null until known, and always null for a message that is no request. */
        private Topics.Request request;

        public void setRequest(Topics.Request request) {
            this.request = request;
        }

        public void answered() {
            count(Outcome.ANSWERED);
            Timer duration = request instanceof Topics.KeyExchange ? keyExchangeDuration : actionDuration;
            duration.record(System.nanoTime() - receivedNanos, TimeUnit.NANOSECONDS);
        }

        public void refused(Refusal reason) {
            count(Outcome.REFUSED);
            refusals.get(reason).increment();
        }

        /** The answer was made, but could not be handed to the broker. */
        public void notSent() {
            answersNotSent.increment();
            count(Outcome.NOT_SENT);
        }

        public void failed() {
            count(Outcome.FAILED);
        }

        private void count(Outcome outcome) {
            if (request instanceof Topics.KeyExchange) {
                keyExchanges.get(outcome).increment();
            } else if (request instanceof Topics.Transform transform) {
                actions.get(transform.action()).get(outcome).increment();
            }
        }
    }
}
