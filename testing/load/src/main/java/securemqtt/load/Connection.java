package securemqtt.load;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import io.vertx.mqtt.MqttConnectionException;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import securemqtt.broker.ConnectFailure;

/** An MQTT 3.1.1 connection with a clean session, for one listener or for many. */
final class Connection {
    private static final int QOS = MqttQoS.AT_LEAST_ONCE.value();
    /** The largest remaining length of an MQTT packet, in bytes (MQTT 3.1.1, section 2.2.3). */
    private static final int MAX_PACKET_LENGTH = 268_435_455;
    /** The number of packet identifiers. The library refuses more unacknowledged messages; its default is 10. */
    private static final int MAX_UNACKNOWLEDGED = 65_535;

    private final Broker broker;
    private final MqttClient client;
    /** All calls to the client run in this context. */
    private final Context context;

    private final Map<String, Listener> listeners = new ConcurrentHashMap<>();
    /** The granted QoS values, by the packet identifier of the subscription. Used only in the context. */
    private final Map<Integer, CompletableFuture<List<Integer>>> acknowledgements = new ConcurrentHashMap<>();

    private volatile boolean closing;

    Connection(Vertx vertx, Broker broker, String clientId) {
        this.broker = broker;
        this.client = MqttClient.create(
                vertx,
                new MqttClientOptions()
                        .setClientId(clientId)
                        .setCleanSession(true)
                        .setMaxMessageSize(MAX_PACKET_LENGTH)
                        .setMaxInflightQueue(MAX_UNACKNOWLEDGED));
        this.context = vertx.getOrCreateContext();
        client.subscribeCompletionHandler(
                ack -> acknowledgement(ack.messageId()).complete(ack.grantedQoSLevels()));
        client.publishHandler(this::received);
        client.closeHandler(closed -> lost("the broker closed the connection"));
        client.exceptionHandler(e -> lost(describe(e)));
    }

    CompletableFuture<Void> connect() {
        CompletableFuture<Void> connected = new CompletableFuture<>();
        context.runOnContext(
                start -> client.connect(broker.port(), broker.host()).onComplete(result -> {
                    if (result.succeeded()) {
                        connected.complete(null);
                    } else if (result.cause() instanceof MqttConnectionException refusal) {
                        connected.completeExceptionally(
                                new RefusedByBrokerException("refused the connection: " + refusal.code()));
                    } else {
                        connected.completeExceptionally(inWords(result.cause()));
                    }
                }));
        return connected;
    }

    private Throwable inWords(Throwable cause) {
        return ConnectFailure.of(cause, broker.host(), broker.port())
                .<Throwable>map(failure -> new IOException(failure.problem(), cause))
                .orElse(cause);
    }

    /** Registers a listener for messages on this topic and for the end of the connection. Does not subscribe. */
    void listen(String topic, Listener listener) {
        listeners.put(topic, listener);
    }

    /** Subscribes with QoS 1. Completes when the broker has granted QoS 1 for all filters. */
    CompletableFuture<Void> subscribe(List<String> filters) {
        CompletableFuture<List<Integer>> acknowledged = new CompletableFuture<>();
        Map<String, Integer> inOrder = new LinkedHashMap<>();
        filters.forEach(filter -> inOrder.put(filter, QOS));
        whileConnected(() -> client.subscribe(inOrder).onComplete(sent -> {
            if (sent.failed()) {
                acknowledged.completeExceptionally(sent.cause());
                return;
            }
            int id = sent.result();
            acknowledgement(id).thenAccept(granted -> {
                acknowledgements.remove(id);
                acknowledged.complete(granted);
            });
        }));
        return acknowledged.thenCompose(granted -> granted.stream().allMatch(qos -> qos == QOS)
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(
                        new RefusedByBrokerException("granted QoS " + granted + " for " + filters)));
    }

    /** The future of a subscription. Its acknowledgement can arrive before the packet identifier is known. */
    private CompletableFuture<List<Integer>> acknowledgement(int packetId) {
        return acknowledgements.computeIfAbsent(packetId, id -> new CompletableFuture<>());
    }

    /** Publishes with QoS 1, not retained. If this fails, the listeners are told that the connection is lost. */
    void publish(String topic, byte[] payload) {
        whileConnected(() -> client.publish(topic, Buffer.buffer(payload), MqttQoS.AT_LEAST_ONCE, false, false)
                .onFailure(e -> lost("publishing failed: " + describe(e))));
    }

    private void whileConnected(Runnable call) {
        context.runOnContext(start -> {
            if (client.isConnected()) {
                call.run();
            } else {
                lost("the connection was lost before");
            }
        });
    }

    private void received(MqttPublishMessage message) {
        long now = System.nanoTime();
        Listener listener = listeners.get(message.topicName());
        if (listener != null) {
            listener.received(new Listener.Received(
                    message.topicName(), message.payload().getBytes(), message.isRetain(), message.isDup(), now));
        }
    }

    private void lost(String why) {
        if (!closing) {
            Set.copyOf(listeners.values()).forEach(listener -> listener.lost(why));
        }
    }

    CompletableFuture<Void> close() {
        closing = true;
        CompletableFuture<Void> closed = new CompletableFuture<>();
        context.runOnContext(start -> {
            if (client.isConnected()) {
                client.disconnect().onComplete(done -> closed.complete(null));
            } else {
                closed.complete(null);
            }
        });
        return closed;
    }

    static String describe(Throwable e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
