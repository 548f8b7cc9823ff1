package securemqtt.responder.channel;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.Startup;
import io.smallrye.reactive.messaging.mqtt.ReceivingMqttMessageMetadata;
import io.smallrye.reactive.messaging.mqtt.SendingMqttMessageMetadata;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.jboss.logging.Logger;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.Refusal;
import securemqtt.protocol.RefusedException;
import securemqtt.protocol.Topics;
import securemqtt.responder.diagnosis.AcceptedMessage;
import securemqtt.responder.diagnosis.Mistake;
import securemqtt.responder.exchange.Answer;
import securemqtt.responder.exchange.Responder;
import securemqtt.responder.exchange.SessionStore;
import securemqtt.responder.log.LogText;
import securemqtt.responder.management.Metrics;
import securemqtt.responder.settings.Credentials;
import securemqtt.responder.settings.ResponderConfig;

/**
 * Receives requests and sends answers. No message may cause an exception here: it would end the incoming channel for
 * good, while the broker went on delivering to it.
 */
@ApplicationScoped
@Startup // otherwise the metrics of sessions and queues are missing until the first request
public class RequestChannel {
    private static final Logger LOG = Logger.getLogger(RequestChannel.class);
    /** Takes half an idle minute to make, and about 5 MB. */
    private static final int MAX_PREPARED_KEY_PAIRS = 1_000;

    /** The reasons that are no mistake of the client. */
    private static final Set<Refusal> WITHOUT_DIAGNOSIS =
            EnumSet.of(Refusal.OVERLOADED, Refusal.STOPPING, Refusal.SESSIONS_UNAVAILABLE);

    /** Keeps a slow store of sessions from filling the heap with requests. */
    private static final int MAX_ARRIVING_BYTES = 32 * 1024 * 1024;
    /** What a waiting request takes besides its payload, roughly. */
    private static final int ARRIVING_OVERHEAD = 2 * 1024;

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(7);

    private final Emitter<byte[]> responses;
    private final Workers workers;
    private final RefusalLog refusals = new RefusalLog();
    /** Empty if diagnosis is turned off. */
    private final Optional<Diagnoses> diagnoses;

    /** Empty unless the operator asked for secrets in the log. */
    private final Optional<StepLog> stepLog;

    private final Optional<KeyPairPool> keyPairPool;
    private final Responder responder;

    private final SessionStore sessions;
    private final GroupSubscription group;
    private final Context connection;
    private final boolean inGroup;
    private final UnsettledRequests unsettled = new UnsettledRequests();
    private final MessageListener listener;
    private final Metrics metrics;
    private final InFlightAnswers inFlight;
    private final AtomicLong received = new AtomicLong();
    /** The payloads of requests for which the sessions are being looked up. */
    private final AtomicInteger arrivingBytes = new AtomicInteger();

    RequestChannel(
            // Unbounded, so that the channel drops no answer. The limits on requests bound the number of answers.
            @Channel("responses") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER) Emitter<byte[]> responses,
            ResponderConfig config,
            Credentials credentials,
            MessageListener listener,
            Metrics metrics,
            InFlightAnswers inFlight,
            SessionStore sessions,
            GroupSubscription group,
            Vertx vertx) {
        this.responses = responses;
        this.listener = new GuardedListener(listener, refusals::addInternalError);
        this.metrics = metrics;
        this.inFlight = inFlight;
        this.group = group;
        this.inGroup = group.exists();
        // Vert.x has one thread here, so this context runs on the thread that reads the connection.
        this.connection = vertx.getOrCreateContext();
        this.workers = new Workers(task -> connection.runOnContext(turn -> task.run()), inGroup);
        SecureRandom random = new SecureRandom();
        Function<DhPublicKey, DhKeyPair> keyPairs;
        if (credentials.identity().isPresent()) {
            DhKeyPair identity = credentials.identity().get();
            this.keyPairPool = Optional.empty();
            keyPairs = clientKey -> identity;
        } else if (config.leadingZero()) {
            this.keyPairPool = Optional.empty();
            keyPairs = clientKey -> DhKeyPair.generateForLeadingZero(DhGroup.lab(), clientKey, random);
        } else {
            KeyPairPool fresh = new KeyPairPool(
                    MAX_PREPARED_KEY_PAIRS,
                    () -> DhKeyPair.generate(DhGroup.lab(), random),
                    () -> workers.waitingKeyExchanges() + workers.waitingTransforms() == 0);
            this.keyPairPool = Optional.of(fresh);
            keyPairs = clientKey -> fresh.get();
        }
        this.sessions = sessions;
        this.stepLog = config.showSecrets() ? Optional.of(new StepLog()) : Optional.empty();
        this.responder = new Responder(
                sessions,
                keyPairs,
                InstantSource.system(),
                random,
                !config.noDiagnosis(),
                stepLog.map(log -> (netId, lines) -> {
                    log.add(netId, lines);
                    this.listener.steps(netId, lines);
                }));
        this.diagnoses = config.noDiagnosis()
                ? Optional.empty()
                : Optional.of(new Diagnoses(responder, refusals::addInternalError));
        metrics.watchRequests(workers::waitingKeyExchanges, workers::waitingTransforms, sessions::count);
    }

    /**
     * Hands each request to a thread and returns immediately. Waiting here would fill the channel's buffer, and a
     * full buffer ends the channel.
     */
    @Incoming("requests")
    CompletionStage<Void> receive(Message<byte[]> message) {
        ReceivingMqttMessageMetadata mqtt =
                message.getMetadata(ReceivingMqttMessageMetadata.class).orElseThrow();
        ReceivedMessage request = new ReceivedMessage(
                received.incrementAndGet(),
                Instant.now(),
                mqtt.getTopic(),
                mqtt.getQosLevel().value(),
                mqtt.isRetain(),
                message.getPayload());
        Delivery delivery = new Delivery(request, metrics.received(), acknowledgement(mqtt));
        runSafely(delivery, () -> arrived(delivery));
        return message.ack();
    }

    /** In a group, the broker may hand a request to another responder until it is acknowledged. */
    private Runnable acknowledgement(ReceivingMqttMessageMetadata mqtt) {
        if (!inGroup) {
            return () -> {};
        }
        boolean isUnacknowledged = mqtt.getQosLevel() != MqttQoS.AT_MOST_ONCE;
        return unsettled.add(() -> {
            if (isUnacknowledged) {
                connection.runOnContext(turn -> acknowledge(mqtt));
            }
        })::settle;
    }

    private static void acknowledge(ReceivingMqttMessageMetadata mqtt) {
        try {
            mqtt.getMessage().getDelegate().ack();
        } catch (RuntimeException e) {
            LOG.debug("the connection on which the request came is lost", e);
        }
    }

    private void arrived(Delivery delivery) throws RefusedException {
        ReceivedMessage message = delivery.message();
        if (message.isRetained()) {
            throw new RefusedException(Refusal.RETAINED);
        }
        Topics.Request request = Topics.parseRequest(message.topic());
        delivery.measurement().setRequest(request);
        int occupied = message.payload().length + ARRIVING_OVERHEAD;
        if (arrivingBytes.addAndGet(occupied) > MAX_ARRIVING_BYTES) {
            arrivingBytes.addAndGet(-occupied);
            responder.remember(request, message.payload());
            throw new RefusedException(Refusal.OVERLOADED);
        }
        responder.arrived(request, message.payload()).whenComplete((arrival, failure) -> {
            arrivingBytes.addAndGet(-occupied);
            runSafely(delivery, () -> {
                if (failure != null) {
                    throw refusalIn(failure);
                }
                admit(delivery, request, arrival);
            });
        });
    }

    private static RefusedException refusalIn(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof RefusedException refused) {
            return refused;
        }
        throw new IllegalStateException("a request could not be admitted", cause);
    }

    private void admit(Delivery delivery, Topics.Request request, Responder.Arrival arrival) throws RefusedException {
        int length = delivery.message().payload().length;
        if (request instanceof Topics.KeyExchange && length > DhPublicKey.MAX_PEM_LENGTH) {
            // Refused before the queue, so that it takes no room from valid keys.
            throw new RefusedException(Refusal.KEY_TOO_LONG);
        }
        if (inFlight.isFull()) {
            throw new RefusedException(Refusal.OVERLOADED);
        }
        workers.execute(
                request,
                length + arrival.length(),
                () -> runSafely(delivery, () -> answer(delivery, request, arrival)),
                () -> refuse(Refusal.OVERLOADED, delivery));
    }

    /** The number of open sessions. */
    public long openSessions() {
        return sessions.count();
    }

    /** Call this after each loss of the connection, before new requests arrive. */
    public void connectionLost() {
        responder.connectionLost();
        diagnoses.ifPresent(Diagnoses::connectionLost);
    }

    private void answer(Delivery delivery, Topics.Request request, Responder.Arrival arrival) throws RefusedException {
        ReceivedMessage message = delivery.message();
        Answer answer = arrival.answer();
        LOG.debugf("%s: %s", LogText.of(request.netId().value()), answer.step());
        List<Mistake> mistakes = mistakes(message, request, answer);
        listener.answered(message, answer, mistakes);
        Metadata publish = Metadata.of(new SendingMqttMessageMetadata(answer.topic(), MqttQoS.AT_LEAST_ONCE, false));
        String topic = message.topic();
        long number = message.number();
        int length = answer.payload().length;
        inFlight.add(length);
        try {
            responses.send(Message.of(answer.payload(), publish, () -> sent(length, delivery), e -> {
                listener.failed(topic, number);
                return notSent(length, delivery, e);
            }));
        } catch (RuntimeException e) {
            inFlight.notSent(length);
            throw e;
        }
    }

    /** Also mentions those that were not mentioned lately. */
    private List<Mistake> mistakes(ReceivedMessage message, Topics.Request request, Answer answer) {
        if (diagnoses.isEmpty()) {
            return List.of();
        }
        List<Mistake> mistakes = diagnoses
                .get()
                .mistakes(
                        new AcceptedMessage(
                                message.qos(),
                                request,
                                message.payload(),
                                message.time().getEpochSecond()),
                        answer.clientKey());
        for (Mistake mistake : mistakes) {
            if (diagnoses.get().isMentionable(message.topic(), mistake)) {
                mention(MessageLine.answered(message.topic(), mistake), Logger.Level.INFO, mistake);
            }
        }
        return mistakes;
    }

    /**
     * Logs and counts a mistake in a message that only the embedded broker has seen so, unless it did lately.
     *
     * @param topic as received; untrusted
     */
    public void mentionSeen(String topic, Mistake mistake) {
        listener.seen(topic, mistake);
        if (diagnoses.isPresent() && diagnoses.get().isMentionable(topic, mistake)) {
            // A retained message is answered as well, so it is no warning.
            mention(
                    MessageLine.seen(topic, mistake),
                    mistake == Mistake.RETAIN ? Logger.Level.INFO : Logger.Level.WARN,
                    mistake);
        }
    }

    private void mention(MessageLine line, Logger.Level level, Mistake mistake) {
        metrics.addMistakes(List.of(mistake));
        refusals.addMistake(line, level);
    }

    private CompletionStage<Void> sent(int length, Delivery delivery) {
        inFlight.sent(length);
        delivery.measurement().answered();
        // After the answer on the same connection: a broker that has this has the answer.
        delivery.acknowledgement().run();
        return CompletableFuture.completedFuture(null);
    }

    private CompletionStage<Void> notSent(int length, Delivery delivery, Throwable e) {
        inFlight.notSent(length);
        delivery.measurement().notSent();
        delivery.acknowledgement().run();
        refusals.addNotSent();
        LOG.debug("an answer was not sent", e);
        return CompletableFuture.completedFuture(null);
    }

    private interface Step {
        void run() throws RefusedException;
    }

    private void runSafely(Delivery delivery, Step step) {
        try {
            step.run();
        } catch (RefusedException e) {
            refuse(e.refusal(), delivery);
        } catch (RuntimeException | Error e) {
            ReceivedMessage message = delivery.message();
            delivery.measurement().failed();
            refusals.addInternalError(message.topic(), e);
            listener.failed(message.topic(), message.number());
            delivery.acknowledgement().run();
        }
    }

    private void refuse(Refusal reason, Delivery delivery) {
        ReceivedMessage message = delivery.message();
        String topic = message.topic();
        delivery.measurement().refused(reason);
        listener.refused(message, reason);
        if (reason != Refusal.STOPPING) {
            // Otherwise the broker may hand the request to a responder that goes on.
            delivery.acknowledgement().run();
        }
        if (diagnoses.isEmpty() || WITHOUT_DIAGNOSIS.contains(reason)) {
            refusals.add(reason, topic, Optional.empty());
            return;
        }
        boolean isTaken = diagnoses.get().offer(reason, topic, message.payload(), found -> {
            found.ifPresent(diagnosis -> {
                metrics.addMistakes(diagnosis.mistakes());
                listener.diagnosed(message, diagnosis);
            });
            refusals.add(reason, topic, found);
        });
        if (!isTaken) {
            metrics.addSkippedDiagnosis();
            refusals.add(reason, topic, Optional.empty());
        }
    }

    void stop(@Observes ShutdownEvent shutdown) throws InterruptedException {
        long deadline = System.nanoTime() + STOP_TIMEOUT.toNanos();
        leaveGroup(deadline);
        keyPairPool.ifPresent(KeyPairPool::close);
        diagnoses.ifPresent(Diagnoses::close);
        workers.close(deadline);
        int unacknowledged = inFlight.awaitAcknowledgements(deadline);
        if (unacknowledged > 0) {
            LOG.warnf("stopped before the broker acknowledged %d answers", unacknowledged);
        }
        stepLog.ifPresent(StepLog::close);
        refusals.close();
    }

    /**
     * Ends the subscription, and answers what the broker had given to this responder by then. A broker that sends only so many
     * requests before they are acknowledged keeps the others, and sends them now.
     */
    private void leaveGroup(long deadline) throws InterruptedException {
        if (!inGroup) {
            return;
        }
        unsettled.acknowledgeAtOnce();
        boolean sentAll = group.end(deadline);
        long before = received.get();
        while (sentAll && unsettled.awaitNone(deadline)) {
            sentAll = group.awaitSent(deadline);
            if (received.get() == before) {
                break;
            }
            before = received.get();
        }
        unsettled.acknowledgeWhenSettled();
    }
}
