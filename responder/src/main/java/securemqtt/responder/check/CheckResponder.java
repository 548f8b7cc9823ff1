package securemqtt.responder.check;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import securemqtt.protocol.RefusedException;
import securemqtt.protocol.Topics;
import securemqtt.responder.diagnosis.Diagnosis;
import securemqtt.responder.diagnosis.RefusedMessage;

/** A responder of the check, connected to its broker, which behaves as the case wants. */
final class CheckResponder implements AutoCloseable, Behavior.Publisher {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final int MAX_MESSAGE = 4 << 20;
    private static final long CONNECT_SECONDS = 30;
    private static final long DIAGNOSIS_SECONDS = 2;
    /** Requests beyond this number are dropped, as a flood would fill the memory. */
    private static final int MAX_WAITING = 200;
    /** Refused requests beyond this number are not recorded. They repeat what the first ones show. */
    private static final int MAX_REFUSED = 20;

    /** The responder sends itself a message on this topic to learn when it has handled all earlier ones. */
    static final String LAST = PacketLog.OWN_PREFIX + "responder/last/request";

    private final Behavior behavior;
    private final MqttClient client;
    private final ThreadPoolExecutor thread = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING),
            CheckResponder::thread,
            new ThreadPoolExecutor.DiscardPolicy());
    private final List<RefusedRequest> refused = new ArrayList<>();
    private final CountDownLatch handledLast = new CountDownLatch(1);

    private CheckResponder(Vertx vertx, Behavior behavior) {
        this.behavior = behavior;
        this.client = MqttClient.create(
                vertx,
                new MqttClientOptions()
                        .setClientId(PacketLog.OWN_PREFIX + COUNT.incrementAndGet())
                        .setMaxMessageSize(MAX_MESSAGE)
                        .setMaxInflightQueue(1000));
    }

    /**
     * Starts a responder.
     *
     * @return once it is subscribed
     * @throws IOException if it cannot connect
     */
    static CheckResponder start(Vertx vertx, String host, int port, Behavior behavior)
            throws IOException, InterruptedException {
        CheckResponder responder = new CheckResponder(vertx, behavior);
        CompletableFuture<Void> subscribed = new CompletableFuture<>();
        responder.client.publishHandler(responder::received);
        responder.client.subscribeCompletionHandler(granted -> subscribed.complete(null));
        responder
                .client
                .connect(port, host)
                .compose(connected -> responder.client.subscribe(Topics.allRequests(), MqttQoS.AT_LEAST_ONCE.value()))
                .onFailure(subscribed::completeExceptionally);
        try {
            subscribed.get(CONNECT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the check's responder cannot connect to the check's broker", e);
        }
        return responder;
    }

    private void received(MqttPublishMessage message) {
        String topic = message.topicName();
        byte[] payload = message.payload().getBytes();
        thread.execute(() -> handle(topic, payload));
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "check-responder");
        thread.setDaemon(true);
        return thread;
    }

    private void handle(String topic, byte[] payload) {
        if (topic.equals(LAST)) {
            handledLast.countDown();
            return;
        }
        try {
            behavior.receive(Topics.parseRequest(topic), payload, this);
        } catch (RefusedException e) {
            refuse(e, topic, payload);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void refuse(RefusedException e, String topic, byte[] payload) {
        if (refused().size() < MAX_REFUSED) {
            RefusedRequest request = new RefusedRequest(topic, e.refusal(), diagnosis(e, topic, payload));
            synchronized (refused) {
                refused.add(request);
            }
        }
    }

    private Optional<Diagnosis> diagnosis(RefusedException e, String topic, byte[] payload) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DIAGNOSIS_SECONDS);
        return knowledge(topic, e, payload).diagnose(() -> System.nanoTime() - deadline > 0);
    }

    private RefusedMessage knowledge(String topic, RefusedException e, byte[] payload) {
        if (behavior instanceof KnowingBehavior knowing) {
            GoodResponder good = knowing.knowledge();
            try {
                Topics.Request request = Topics.parseRequest(topic);
                return new RefusedMessage(
                        e.refusal(),
                        topic,
                        payload,
                        good.mayHaveSentKey(request.netId()),
                        good.agreedValues(request.netId()));
            } catch (RefusedException notARequest) {
                // There is no session then.
            }
        }
        return new RefusedMessage(e.refusal(), topic, payload, true, List.of());
    }

    @Override
    public void publish(String topic, byte[] payload) {
        client.publish(topic, Buffer.buffer(payload), MqttQoS.AT_LEAST_ONCE, false, false);
    }

    /**
     * Publishes a message for the broker to keep.
     *
     * @return once the broker has acknowledged it
     */
    void retain(String topic, byte[] payload) throws IOException, InterruptedException {
        CompletableFuture<Void> acknowledged = new CompletableFuture<>();
        client.publishCompletionHandler(packet -> acknowledged.complete(null));
        client.publish(topic, Buffer.buffer(payload), MqttQoS.AT_LEAST_ONCE, false, true)
                .onFailure(acknowledged::completeExceptionally);
        try {
            acknowledged.get(CONNECT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the check's broker does not acknowledge a message", e);
        }
    }

    /** Waits until it has handled all requests so far, for at most {@code limit}; not at all if it is closed. */
    void awaitIdle(Duration limit) throws InterruptedException {
        if (!thread.isShutdown()) {
            publish(LAST, new byte[0]);
            handledLast.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** What it refused so far. */
    List<RefusedRequest> refused() {
        synchronized (refused) {
            return List.copyOf(refused);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        client.disconnect();
    }
}
