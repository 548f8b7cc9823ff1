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
 * The connections that the embedded broker waits for: for a CONNECT, or for the rest of a packet. Each has a time limit, and
 * beyond so many bytes together those who began first have to go, so that the others find room.
 */
final class UnfinishedPackets {
    static final long CONNECT_SECONDS = 10;
    static final long PACKET_SECONDS = 30;

    private final long maxBytes;
    private final LongSupplier nanoTime;
    private final Consumer<BrokerEvent> log;
    /** The first is the one that began first. */
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

    /** @param log told of each connection that is closed */
    UnfinishedPackets(long maxBytes, LongSupplier nanoTime, Consumer<BrokerEvent> log) {
        this.maxBytes = maxBytes;
        this.nanoTime = nanoTime;
        this.log = log;
    }

    /** A connection was made, and should send a CONNECT. */
    synchronized void awaitConnect(Channel connection) {
        connections.put(connection, new Waiting(nanoTime.getAsLong(), CONNECT_SECONDS));
    }

    /** A packet became whole, or the connection is gone. */
    synchronized void stopWaiting(Channel connection) {
        Waiting ended = connections.remove(connection);
        bytes -= ended == null ? 0 : ended.bytes;
    }

    /** So many bytes of a packet wait for its end. */
    void update(Channel connection, int unfinished) {
        List<Channel> closed = new ArrayList<>();
        synchronized (this) {
            Waiting waiting =
                    connections.computeIfAbsent(connection, key -> new Waiting(nanoTime.getAsLong(), PACKET_SECONDS));
            bytes += unfinished - waiting.bytes;
            waiting.bytes = unfinished;
            while (bytes > maxBytes) {
                closed.add(removeOldest(1));
            }
        }
        closed.forEach(one -> close(one, BrokerEvent.UNFINISHED));
    }

    /** Closes those whose time is up. */
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
     * Makes room for another connection.
     *
     * @return false if there is none that could be closed
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

    /** @param minBytes of those of which fewer bytes wait, none is meant */
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
