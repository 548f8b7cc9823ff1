package securemqtt.responder.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.smallrye.reactive.messaging.mqtt.ReceivingMqttMessageMetadata;
import io.smallrye.reactive.messaging.mqtt.SendingMqttMessageMetadata;
import io.vertx.core.Vertx;
import io.vertx.mqtt.messages.MqttPublishMessage;
import io.vertx.mqtt.messages.impl.MqttPublishMessageImpl;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.Refusal;
import securemqtt.responder.diagnosis.Mistake;
import securemqtt.responder.exchange.Answer;
import securemqtt.responder.exchange.MemorySessions;
import securemqtt.responder.management.Metrics;
import securemqtt.responder.settings.Credentials;
import securemqtt.responder.settings.ResponderConfig;
import securemqtt.responder.settings.Settings;

class RequestChannelTest {
    private final byte[] key =
            DhKeyPair.generate(DhGroup.lab(), new SecureRandom()).publicKey().toPem();
    private final Responses responses = new Responses();
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicLong nanos = new AtomicLong();
    private final InFlightAnswers inFlight = new InFlightAnswers(nanos::get);
    private final Vertx vertx = Vertx.vertx();
    private final Group group = new Group();
    private final BlockingQueue<Integer> acknowledged = new LinkedBlockingQueue<>();
    private RequestChannel channel;

    @BeforeEach
    void open() throws IOException {
        open(MessageListener.NONE);
    }

    private void open(MessageListener listener) throws IOException {
        ResponderConfig config = Settings.read(Map.of());
        channel = new RequestChannel(
                responses,
                config,
                Credentials.read(config, Map.of()),
                listener,
                new Metrics(registry),
                inFlight,
                new MemorySessions(10, Duration.ofMinutes(10)),
                group,
                vertx);
    }

    @AfterEach
    void close() throws InterruptedException {
        // No broker acknowledges the answers here.
        inFlight.disconnected();
        channel.stop(null);
        vertx.close();
    }

    @Test
    void countsAnAnswerAsSentOnceTheConnectionHasIt() throws Exception {
        channel.receive(request("le0nh4rt/key-exchange/request"));
        Message<byte[]> answer = responses.await();
        assertEquals(
                "le0nh4rt/key-exchange/response",
                answer.getMetadata(SendingMqttMessageMetadata.class)
                        .orElseThrow()
                        .getTopic());
        assertEquals(0, keyExchanges("answered"));
        assertTrue(isUnderWay());

        answer.ack();

        assertEquals(1, keyExchanges("answered"));
        assertFalse(isUnderWay());
    }

    @Test
    void countsAnUnsentAnswerAndStopsWaitingForIt() throws Exception {
        channel.receive(request("le0nh4rt/key-exchange/request"));

        responses.await().nack(new IOException("no connection"));

        assertEquals(1, keyExchanges("not_sent"));
        assertEquals(1, registry.counter("secure.mqtt.answers.not.sent").count());
        assertFalse(isUnderWay());
    }

    @Test
    void anInternalErrorCostsOneAnswerAndNotTheChannel() throws Exception {
        responses.failure = new IllegalStateException("made by the test");
        channel.receive(request("le0nh4rt/key-exchange/request"));
        // The same NetID, so this runs after the first.
        channel.receive(request("le0nh4rt/key-exchange/request"));

        responses.await().ack();

        assertEquals(1, keyExchanges("failed"));
        assertEquals(1, keyExchanges("answered"));
        assertFalse(isUnderWay());
    }

    @Test
    void refusesAnUnreadTokenUnderAnotherAction() throws Exception {
        channel.receive(request("le0nh4rt/key-exchange/request"));
        responses.await().ack();
        int tooMuch = 1 << 30;
        inFlight.add(tooMuch);
        channel.receive(request("le0nh4rt/uppercase/request"));
        assertEquals(1, refusals("overloaded"));
        inFlight.notSent(tooMuch);

        channel.receive(request("le0nh4rt/lowercase/request"));

        assertEquals(1, refusals("token-other-action"));
    }

    @Test
    void countsARefusedMessageThatGetsNoDiagnosis() {
        channel.receive(request("le0nh4rt/explode/request"));
        assertEquals(0, registry.counter("secure.mqtt.diagnoses.skipped").count());

        channel.receive(request("le0nh4rt/explode/request", new byte[100_000]));

        assertEquals(1, registry.counter("secure.mqtt.diagnoses.skipped").count());
        assertEquals(2, refusals("topic-unknown-action"));
    }

    @Test
    void anErrorOfTheListenerCostsNoAnswer() throws Exception {
        channel.stop(null);
        open(new MessageListener() {
            @Override
            public void answered(ReceivedMessage message, Answer answer, List<Mistake> mistakes) {
                throw new IllegalStateException("made by the test");
            }

            @Override
            public void refused(ReceivedMessage message, Refusal reason) {
                throw new StackOverflowError("made by the test");
            }
        });

        channel.receive(request("le0nh4rt/explode/request"));
        channel.receive(request("le0nh4rt/key-exchange/request"));

        responses.await().ack();
        assertEquals(1, keyExchanges("answered"));
        assertEquals(1, refusals("topic-unknown-action"));
    }

    @Test
    void inAGroupARequestIsAcknowledgedAfterItsAnswerIsSent() throws Exception {
        openInGroup();
        channel.receive(request("le0nh4rt/key-exchange/request", 7));
        Message<byte[]> answer = responses.await();
        assertTrue(acknowledged.isEmpty());

        answer.ack();
        inFlight.acknowledged();

        assertAcknowledged(7);
    }

    @Test
    void inAGroupARefusedRequestIsAcknowledged() throws Exception {
        openInGroup();

        channel.receive(request("le0nh4rt/explode/request", 7));

        assertAcknowledged(7);
    }

    @Test
    void inAGroupARequestThatComesAfterTheEndIsLeftToTheOthers() throws Exception {
        openInGroup();
        channel.stop(null);

        channel.receive(request("le0nh4rt/key-exchange/request", 7));

        assertEquals(1, refusals("stopping"));
        assertTrue(acknowledged.isEmpty());
    }

    @Test
    void whatIsStillToBeAnsweredIsAcknowledgedBeforeTheGroupIsLeft() throws Exception {
        openInGroup();
        channel.receive(request("le0nh4rt/key-exchange/request", 7));
        Message<byte[]> answer = responses.await();
        group.onEnd = () -> {
            assertAcknowledged(7);
            answer.ack();
            inFlight.acknowledged();
        };

        channel.stop(null);

        group.onEnd = () -> {};
        assertTrue(acknowledged.isEmpty());
        assertEquals(1, keyExchanges("answered"));
    }

    @Test
    void aGroupIsLeftOnceTheBrokerHasNothingQueued() throws Exception {
        openInGroup();
        for (int i = 1; i <= 3; i++) {
            int packet = i;
            group.queued.add(() -> {
                channel.receive(request("n" + packet + "/explode/request", packet));
            });
        }

        channel.stop(null);

        assertTrue(group.ended);
        assertAcknowledged(1, 2, 3);
        assertEquals(0, refusals("stopping"));
    }

    /** The connection's thread acknowledges. */
    private void assertAcknowledged(int... packets) {
        for (int packet : packets) {
            try {
                assertEquals(packet, acknowledged.poll(60, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        assertTrue(acknowledged.isEmpty());
    }

    private void openInGroup() throws Exception {
        channel.stop(null);
        group.exists = true;
        open(MessageListener.NONE);
        inFlight.disconnected();
    }

    private double refusals(String reason) {
        return registry.counter("secure.mqtt.refusals", "reason", reason).count();
    }

    private double keyExchanges(String outcome) {
        return registry.counter("secure.mqtt.key.exchanges", "outcome", outcome).count();
    }

    private boolean isUnderWay() {
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        return inFlight.isStuck(Duration.ofSeconds(1));
    }

    private Message<byte[]> request(String topic) {
        return request(topic, key);
    }

    /** @param packet the packet identifier */
    private Message<byte[]> request(String topic, int packet) {
        MqttPublishMessageImpl mqtt = (MqttPublishMessageImpl) MqttPublishMessage.create(
                packet, MqttQoS.AT_LEAST_ONCE, false, false, topic, Unpooled.wrappedBuffer(key));
        mqtt.setAckCallback(() -> acknowledged.add(packet));
        return message(mqtt, key);
    }

    private static Message<byte[]> request(String topic, byte[] payload) {
        MqttPublishMessage mqtt = MqttPublishMessage.create(
                1, MqttQoS.AT_LEAST_ONCE, false, false, topic, Unpooled.wrappedBuffer(payload));
        return message(mqtt, payload);
    }

    private static Message<byte[]> message(MqttPublishMessage mqtt, byte[] payload) {
        return Message.of(
                payload,
                Metadata.of(new ReceivingMqttMessageMetadata(
                        io.vertx.mutiny.mqtt.messages.MqttPublishMessage.newInstance(mqtt))));
    }

    /** Collects the answers, and sends them to nobody. */
    private static final class Responses implements Emitter<byte[]> {
        private final BlockingQueue<Message<byte[]>> sent = new LinkedBlockingQueue<>();
        /** Thrown once instead of sending; null to send. */
        private volatile RuntimeException failure;

        Message<byte[]> await() throws InterruptedException {
            Message<byte[]> message = sent.poll(60, TimeUnit.SECONDS);
            assertNotNull(message);
            return message;
        }

        @Override
        @SuppressWarnings("unchecked") // the responder sends messages of bytes only
        public <M extends Message<? extends byte[]>> void send(M message) {
            RuntimeException thrown = failure;
            if (thrown != null) {
                failure = null;
                throw thrown;
            }
            sent.add((Message<byte[]>) message);
        }

        @Override
        public CompletionStage<Void> send(byte[] payload) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void complete() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void error(Exception e) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public boolean hasRequests() {
            return true;
        }
    }

    /** A broker that sends one message at a time, if there is a group. */
    private static final class Group implements GroupSubscription {
        private final Queue<Runnable> queued = new ArrayDeque<>();
        private Runnable onEnd = () -> {};
        private boolean exists;
        private boolean ended;

        @Override
        public boolean exists() {
            return exists;
        }

        @Override
        public boolean end(long deadline) {
            boolean first = !ended;
            ended = true;
            onEnd.run();
            return first;
        }

        @Override
        public boolean awaitSent(long deadline) {
            Runnable next = queued.poll();
            if (next != null) {
                next.run();
            }
            return true;
        }
    }
}
