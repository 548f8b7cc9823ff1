package securemqtt.e2e;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Another client of the broker, which records published messages and can publish. */
final class Observer implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    private final Vertx vertx = Vertx.vertx();
    private final MqttClient client;
    private final BlockingQueue<Heard> messages = new LinkedBlockingQueue<>();
    /** Messages that arrived before a requested one. */
    private final List<Heard> passedOver = new ArrayList<>();

    /** A message as received from the broker. */
    record Heard(String topic, byte[] payload, int qos, boolean retained) {
        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }
    }

    /** @param filter the topic filter to subscribe to */
    Observer(int port, String filter) throws Exception {
        this(port, filter, "observer-" + UUID.randomUUID());
    }

    private Observer(int port, String filter, String clientId) throws Exception {
        client = MqttClient.create(
                vertx,
                new MqttClientOptions()
                        .setClientId(clientId)
                        .setMaxMessageSize(4 << 20)
                        .setMaxInflightQueue(65535));
        CompletableFuture<Void> subscribed = new CompletableFuture<>();
        client.subscribeCompletionHandler(ack -> subscribed.complete(null));
        client.publishHandler(this::heard);
        connect(port);
        client.subscribe(filter, 1);
        subscribed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private Observer(String clientId) {
        client = MqttClient.create(vertx, new MqttClientOptions().setClientId(clientId));
    }

    /** Connects with a client identifier, so that the broker disconnects its current owner. Does not subscribe. */
    static Observer inThePlaceOf(String clientId, int port) throws Exception {
        Observer intruder = new Observer(clientId);
        intruder.connect(port);
        return intruder;
    }

    private void connect(int port) throws Exception {
        CompletableFuture<Void> connected = new CompletableFuture<>();
        client.connect(port, "localhost").onSuccess(ack -> connected.complete(null));
        connected.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private void heard(MqttPublishMessage message) {
        messages.add(new Heard(
                message.topicName(),
                message.payload().getBytes(),
                message.qosLevel().value(),
                message.isRetain()));
    }

    /** The next message on any topic. */
    Heard next() throws InterruptedException {
        return passedOver.isEmpty() ? poll() : passedOver.remove(0);
    }

    /**
     * The next message on a topic. Skipped messages on other topics stay available, because a broker keeps only the
     * order of one publisher's messages on one topic.
     */
    Heard next(String topic) throws InterruptedException {
        for (Heard message : passedOver) {
            if (message.topic().equals(topic)) {
                passedOver.remove(message);
                return message;
            }
        }
        Heard message = poll();
        while (!message.topic().equals(topic)) {
            passedOver.add(message);
            message = poll();
        }
        return message;
    }

    private Heard poll() throws InterruptedException {
        Heard message = messages.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("nothing was published");
        }
        return message;
    }

    /**
     * Publishes a message many times at QoS 0, as fast as possible. Returns when the broker has received all of them.
     */
    void burst(String topic, byte[] payload, int times) throws Exception {
        for (int i = 0; i < times; i++) {
            client.publish(topic, Buffer.buffer(payload), MqttQoS.AT_MOST_ONCE, false, false);
        }
        publish("burst/end", new byte[0], false);
    }

    /** Publishes at QoS 0 and does not wait. */
    void send(String topic, byte[] payload) {
        client.publish(topic, Buffer.buffer(payload), MqttQoS.AT_MOST_ONCE, false, false);
    }

    /** Publishes at QoS 1 and does not wait for the acknowledgement. */
    void publishLater(String topic, byte[] payload) {
        client.publish(topic, Buffer.buffer(payload), MqttQoS.AT_LEAST_ONCE, false, false);
    }

    void publish(String topic, byte[] payload, boolean retained) throws Exception {
        CompletableFuture<Void> acknowledged = new CompletableFuture<>();
        client.publishCompletionHandler(id -> acknowledged.complete(null));
        client.publish(topic, Buffer.buffer(payload), MqttQoS.AT_LEAST_ONCE, false, retained);
        acknowledged.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        client.disconnect();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
