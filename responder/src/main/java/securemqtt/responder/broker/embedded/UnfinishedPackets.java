package securemqtt.responder.broker.embedded;

import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The connections whose next packet the embedded broker waits for: a CONNECT, or the rest of a packet. Each has a
 * time limit. If the unfinished packets take too many bytes together, the oldest connections are closed.
 */
final class UnfinishedPackets {
    static final long CONNECT_TIMEOUT_SECONDS = 10;
    static final long PACKET_TIMEOUT_SECONDS = 30;

    private final long maxBytes;
    private final LongSupplier nanoTime;
    private final Consumer<BrokerEvent> log;
    /** The oldest comes first. */
    private final Map<Channel, Waiting> connections = new LinkedHashMap<>();

    private long bytes;

    private static final class Waiting {
        private final long since;
        private final long seconds;
        private int bytes;

        Waiting(long since, long seconds) {
            this.since = since;
            this.seconds = seconds;
        }
    }

    /**
     * @param maxBytes how many bytes of unfinished packets may wait together
     * @param nanoTime the clock, as {@link System#nanoTime}
     * @param log receives an event for each connection that is closed
     */
    UnfinishedPackets(long maxBytes, LongSupplier nanoTime, Consumer<BrokerEvent> log) {
        this.maxBytes = maxBytes;
        this.nanoTime = nanoTime;
        this.log = log;
    }

    /** Call this for a new connection, which should send a CONNECT. */
    synchronized void awaitConnect(Channel connection) {
        connections.put(connection, new Waiting(nanoTime.getAsLong(), CONNECT_TIMEOUT_SECONDS));
    }

    /** Call this when a packet is complete, or the connection is closed. */
    synchronized void stopWaiting(Channel connection) {
        Waiting ended = connections.remove(connection);
        bytes -= ended == null ? 0 : ended.bytes;
    }

    /**
     * Records how many bytes of an unfinished packet wait for the rest. Closes the oldest connections if that exceeds
     * the limit.
     *
     * @param unfinished all bytes of the packet that have arrived, not only the new ones
     */
    void update(Channel connection, int unfinished) {
        List<Channel> closed = new ArrayList<>();
        synchronized (this) {
            Waiting waiting = connections.computeIfAbsent(
                    connection, key -> new Waiting(nanoTime.getAsLong(), PACKET_TIMEOUT_SECONDS));
            bytes += unfinished - waiting.bytes;
            waiting.bytes = unfinished;
            while (bytes > maxBytes) {
                closed.add(removeOldest(1));
            }
        }
        closed.forEach(one -> close(one, BrokerEvent.UNFINISHED));
    }

    /** Closes the connections whose time limit is over. */
    void closeTimedOut() {
        Map<Channel, BrokerEvent> late = new LinkedHashMap<>();
        synchronized (this) {
            long now = nanoTime.getAsLong();
            Iterator<Map.Entry<Channel, Waiting>> all = connections.entrySet().iterator();
            while (all.hasNext()) {
                Map.Entry<Channel, Waiting> entry = all.next();
                Waiting waiting = entry.getValue();
                if (now - waiting.since >= TimeUnit.SECONDS.toNanos(waiting.seconds)) {
                    late.put(entry.getKey(), waiting.bytes == 0 ? BrokerEvent.SILENT : BrokerEvent.SLOW_PACKET);
                    bytes -= waiting.bytes;
                    all.remove();
                }
            }
        }
        late.forEach(this::close);
    }

    /**
     * Closes the oldest connection to make room for another.
     *
     * @return false if there is none to close
     */
    boolean closeOldest() {
        Channel oldest;
        synchronized (this) {
            if (connections.isEmpty()) {
                return false;
            }
            oldest = removeOldest(0);
        }
        close(oldest, BrokerEvent.CONNECTIONS);
        return true;
    }

    /** @param minBytes ignores connections with fewer unfinished bytes */
    private Channel removeOldest(int minBytes) {
        Channel oldest = connections.entrySet().stream()
                .filter(entry -> entry.getValue().bytes >= minBytes)
                .findFirst()
                .orElseThrow()
                .getKey();
        stopWaiting(oldest);
        return oldest;
    }

    private void close(Channel connection, BrokerEvent event) {
        log.accept(event);
        connection.close();
    }
}
