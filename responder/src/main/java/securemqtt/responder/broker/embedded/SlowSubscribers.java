package securemqtt.responder.broker.embedded;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.activemq.artemis.core.postoffice.impl.LocalQueueBinding;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.MessageReference;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.server.ServerConsumer;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;

/**
 * Disconnects subscribers whose messages have waited too long, once messages take much of the memory. When all memory
 * is taken, the broker drops messages to everybody. A few clients that neither read nor acknowledge could otherwise
 * keep it full for ever.
 */
final class SlowSubscribers {
    /** A subscriber is slow if a message has waited this long for it. */
    static final long SLOW_MILLIS = 5000;

    private static final long MIN_BYTES = 64 << 10;
    private static final long MIN_MESSAGES = 1000;

    private final ActiveMQServer server;
    private final long thresholdBytes;
    private final Consumer<BrokerEvent> log;
    /** The latest mark of each long queue, by the queue's ID. */
    private Map<Long, Mark> marks = new HashMap<>();

    /**
     * A moment, as the time and as the ID that the next message had then.
     *
     * @param message message IDs ascend, so a message with a lower ID is older than the mark
     */
    private record Mark(long millis, long message) {}

    /**
     * @param thresholdBytes nobody is disconnected until the waiting messages exceed this size
     * @param log receives an event for each connection that is closed
     */
    SlowSubscribers(ActiveMQServer server, long thresholdBytes, Consumer<BrokerEvent> log) {
        this.server = server;
        this.thresholdBytes = thresholdBytes;
        this.log = log;
    }

    /** Call this a few times a second. */
    void check() {
        Map<Long, Mark> next = new HashMap<>();
        Set<RemotingConnection> slow = new HashSet<>();
        if (server.getPagingManager().getGlobalSize() > thresholdBytes) {
            long now = System.nanoTime() / 1_000_000;
            long message = server.getStorageManager().generateID();
            longQueues().forEach(queue -> {
                Mark mark = marks.getOrDefault(queue.getID(), new Mark(now, message));
                if (now - mark.millis >= SLOW_MILLIS) {
                    if (oldest(queue) < mark.message) {
                        connections(queue).forEach(slow::add);
                    }
                    mark = new Mark(now, message);
                }
                next.put(queue.getID(), mark);
            });
        }
        marks = next;
        slow.forEach(this::disconnect);
    }

    private Stream<Queue> longQueues() {
        return server.getPostOffice()
                .getAllBindings()
                .filter(LocalQueueBinding.class::isInstance)
                .map(binding -> ((LocalQueueBinding) binding).getQueue())
                .filter(queue -> queue.getPersistentSize() > MIN_BYTES || queue.getMessageCount() > MIN_MESSAGES);
    }

    private static long oldest(Queue queue) {
        MessageReference first = queue.peekFirstMessage();
        return Stream.concat(
                        Stream.ofNullable(first),
                        queue.getDeliveringMessages().values().stream()
                                .flatMap(delivered -> delivered.stream().limit(1)))
                .mapToLong(MessageReference::getMessageID)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    private Stream<RemotingConnection> connections(Queue queue) {
        return queue.getConsumers().stream()
                .filter(ServerConsumer.class::isInstance)
                .map(consumer ->
                        server.getRemotingService().getConnection(((ServerConsumer) consumer).getConnectionID()))
                .filter(Objects::nonNull);
    }

    private void disconnect(RemotingConnection connection) {
        log.accept(BrokerEvent.SLOW_SUBSCRIBER);
        connection.getTransportConnection().forceClose();
    }
}
