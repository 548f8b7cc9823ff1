package securemqtt.responder;

import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import securemqtt.responder.broker.embedded.PacketListener;
import securemqtt.responder.diagnosis.Mistake;
import securemqtt.responder.diagnosis.SeenMessage;

/**
 * Watches the messages that clients publish to the embedded broker, and tells which mistakes they show. It sees messages
 * that never reach the responder, and retain flags, which the broker does not hand on.
 */
final class PublishWatch implements PacketListener, AutoCloseable {
    /** Mistakes beyond this number are not told. A flood repeats its mistakes, and each is logged once anyway. */
    private static final int MAX_WAITING = 100;

    private final Map<Long, SeenMessage.Sender> senders = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor thread = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING),
            PublishWatch::thread,
            new ThreadPoolExecutor.DiscardPolicy());
    /** Ignores mistakes until the service runs. */
    private volatile BiConsumer<String, Mistake> mistakes = (topic, mistake) -> {};

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "publish-watch");
        thread.setDaemon(true);
        return thread;
    }

    /** @param listener hears of each mistake, with the topic of the message, on a thread of its own */
    void onMistake(BiConsumer<String, Mistake> listener) {
        mistakes = listener;
    }

    @Override
    public void received(long connection, MqttMessage packet) {
        switch (packet.fixedHeader().messageType()) {
            case SUBSCRIBE -> {
                for (MqttTopicSubscription one :
                        ((MqttSubscribeMessage) packet).payload().topicSubscriptions()) {
                    senders.merge(
                            connection,
                            SeenMessage.Sender.UNKNOWN.with(one.topicFilter()),
                            (sender, added) -> sender.with(one.topicFilter()));
                }
            }
            case PUBLISH -> published(connection, (MqttPublishMessage) packet);
            default -> {
                // Shows no mistake.
            }
        }
    }

    private void published(long connection, MqttPublishMessage message) {
        String topic = message.variableHeader().topicName();
        boolean isRetained = message.fixedHeader().isRetain();
        if (topic != null && SeenMessage.mayShowMistake(topic, isRetained)) {
            SeenMessage.Sender sender = senders.getOrDefault(connection, SeenMessage.Sender.UNKNOWN);
            new SeenMessage(topic, isRetained, message.payload().readableBytes(), sender)
                    .mistake()
                    .ifPresent(mistake -> thread.execute(() -> mistakes.accept(topic, mistake)));
        }
    }

    @Override
    public void sent(long connection, MqttMessage packet) {
        // Only messages of clients show mistakes.
    }

    @Override
    public void closed(long connection) {
        senders.remove(connection);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
