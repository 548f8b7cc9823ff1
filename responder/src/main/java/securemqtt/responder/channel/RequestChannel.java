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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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
import securemqtt.responder.exchange.Sessions;
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

    private final Sessions sessions;
    private final MessageListener listener;
    private final Metrics metrics;
    private final InFlightAnswers inFlight;
    private final AtomicLong received = new AtomicLong();

    RequestChannel(
            // Unbounded, so that the channel drops no answer. The limits on requests bound the number of answers.
            @Channel("responses") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER) Emitter<byte[]> responses,
            ResponderConfig config,
            Credentials credentials,
            MessageListener listener,
            Metrics metrics,
            InFlightAnswers inFlight,
            Vertx vertx) {
        this.responses = responses;
        this.listener = new GuardedListener(listener, refusals::addInternalError);
        this.metrics = metrics;
        this.inFlight = inFlight;
        // Vert.x has one thread here, so this context runs on the thread that reads the connection.
        Context connection = vertx.getOrCreateContext();
        this.workers = new Workers(task -> connection.runOnContext(turn -> task.run()));
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
        this.sessions = new Sessions(config.maxSessions(), config.sessionIdle());
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
        Metrics.Measurement measurement = metrics.received();
        runSafely(request, measurement, () -> admit(request, measurement));
        return message.ack();
    }

    private void admit(ReceivedMessage message, Metrics.Measurement measurement) throws RefusedException {
        if (message.isRetained()) {
            throw new RefusedException(Refusal.RETAINED);
        }
        int length = message.payload().length;
        Topics.Request request = Topics.parseRequest(message.topic());
        measurement.setRequest(request);
        responder.recordArrival(request, message.payload());
        if (request instanceof Topics.KeyExchange && length > DhPublicKey.MAX_PEM_LENGTH) {
            // Refused before the queue, so that it takes no room from valid keys.
            throw new RefusedException(Refusal.KEY_TOO_LONG);
        }
        if (inFlight.isFull()) {
            throw new RefusedException(Refusal.OVERLOADED);
        }
        workers.execute(
                request,
                length,
                () -> runSafely(message, measurement, () -> answer(message, request, measurement)),
                () -> refuse(Refusal.OVERLOADED, message, measurement));
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

    private void answer(ReceivedMessage message, Topics.Request request, Metrics.Measurement measurement)
            throws RefusedException {
        Answer answer = responder.answer(request, message.payload());
        LOG.debugf("%s: %s", LogText.of(request.netId().value()), answer.step());
        List<Mistake> mistakes = mistakes(message, request, answer);
        listener.answered(message, answer, mistakes);
        Metadata publish = Metadata.of(new SendingMqttMessageMetadata(answer.topic(), MqttQoS.AT_LEAST_ONCE, false));
        String topic = message.topic();
        long number = message.number();
        int length = answer.payload().length;
        inFlight.add(length);
        try {
            responses.send(Message.of(answer.payload(), publish, () -> sent(length, measurement), e -> {
                listener.failed(topic, number);
                return notSent(length, measurement, e);
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

    private CompletionStage<Void> sent(int length, Metrics.Measurement measurement) {
        inFlight.sent(length);
        measurement.answered();
        return CompletableFuture.completedFuture(null);
    }

    private CompletionStage<Void> notSent(int length, Metrics.Measurement measurement, Throwable e) {
        inFlight.notSent(length);
        measurement.notSent();
        refusals.addNotSent();
        LOG.debug("an answer was not sent", e);
        return CompletableFuture.completedFuture(null);
    }

    private interface Step {
        void run() throws RefusedException;
    }

    private void runSafely(ReceivedMessage message, Metrics.Measurement measurement, Step step) {
        try {
            step.run();
        } catch (RefusedException e) {
            refuse(e.refusal(), message, measurement);
        } catch (RuntimeException | Error e) {
            measurement.failed();
            refusals.addInternalError(message.topic(), e);
            listener.failed(message.topic(), message.number());
        }
    }

    private void refuse(Refusal reason, ReceivedMessage message, Metrics.Measurement measurement) {
        String topic = message.topic();
        measurement.refused(reason);
        listener.refused(message, reason);
        if (diagnoses.isEmpty() || reason == Refusal.OVERLOADED || reason == Refusal.STOPPING) {
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
        keyPairPool.ifPresent(KeyPairPool::close);
        diagnoses.ifPresent(Diagnoses::close);
        long deadline = System.nanoTime() + STOP_TIMEOUT.toNanos();
        workers.close(deadline);
        int unacknowledged = inFlight.awaitAcknowledgements(deadline);
        if (unacknowledged > 0) {
            LOG.warnf("stopped before the broker acknowledged %d answers", unacknowledged);
        }
        stepLog.ifPresent(StepLog::close);
        refusals.close();
    }
}
