package securemqtt.load;

import io.vertx.core.Vertx;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import securemqtt.protocol.NetId;

/** The connections of all clients: one per client, or a few shared ones. */
final class Connections implements AutoCloseable {
    private static final String ALL_RESPONSES = "+/+/response";
    private static final long DISCONNECT_TIMEOUT_SECONDS = 10;

    private final Vertx vertx;
    private final Broker broker;
    private final boolean wildcard;
    /** Whether a client disconnects when it is done. */
    private final boolean leaving;

    private final List<Shared> shared;
    private final AtomicInteger next = new AtomicInteger();
    private final Queue<Connection> connections = new ConcurrentLinkedQueue<>();

    private Connections(Vertx vertx, Broker broker, int shared, boolean wildcard, boolean leaving) {
        this.vertx = vertx;
        this.broker = broker;
        this.wildcard = wildcard;
        this.leaving = leaving;
        this.shared = IntStream.range(0, shared)
                .mapToObj(number -> new Shared(connection("load-" + UUID.randomUUID())))
                .toList();
    }

    /**
     * One connection for each client, with its NetID as client identifier.
     *
     * @param leaving whether a client disconnects when it is done; otherwise it stays until the end of the run, and
     *     notices duplicate answers
     */
    static Connections ofTheirOwn(Vertx vertx, Broker broker, boolean leaving) {
        return new Connections(vertx, broker, 0, false, leaving);
    }

    /**
     * Distributes the clients over a number of connections.
     *
     * @param wildcard whether the first connection has one subscription to all responses, for all clients; otherwise
     *     each client has its own subscriptions on its connection
     */
    static Connections shared(Vertx vertx, Broker broker, int connections, boolean wildcard) {
        return new Connections(vertx, broker, connections, wildcard, false);
    }

    ClientConnection forClient(NetId netId) {
        return shared.isEmpty() ? new Own(netId) : shared.get(next.getAndIncrement() % shared.size());
    }

    private Connection connection(String clientId) {
        Connection connection = new Connection(vertx, broker, clientId);
        connections.add(connection);
        return connection;
    }

    private final class Own implements ClientConnection {
        private final NetId netId;
        private Connection connection;

        Own(NetId netId) {
            this.netId = netId;
        }

        @Override
        public CompletableFuture<Void> open(List<String> topics, Listener listener) {
            connection = connection(netId.value());
            topics.forEach(topic -> connection.listen(topic, listener));
            return connection.connect().thenCompose(connected -> connection.subscribe(topics));
        }

        @Override
        public void publish(String topic, byte[] payload) {
            connection.publish(topic, payload);
        }

        @Override
        public void done() {
            if (leaving && connection != null) {
                connections.remove(connection);
                connection.close();
            }
        }
    }

    private final class Shared implements ClientConnection {
        private final Connection connection;
        /** Created by the first client that opens this connection. */
        private CompletableFuture<Void> ready;

        Shared(Connection connection) {
            this.connection = connection;
        }

        @Override
        public CompletableFuture<Void> open(List<String> topics, Listener listener) {
            Shared receiver = wildcard ? shared.get(0) : this;
            topics.forEach(topic -> receiver.connection.listen(topic, listener));
            return CompletableFuture.allOf(receiver.ready(), ready())
                    .thenCompose(
                            open -> wildcard ? CompletableFuture.completedFuture(null) : connection.subscribe(topics));
        }

        private synchronized CompletableFuture<Void> ready() {
            if (ready == null) {
                ready = connection
                        .connect()
                        .thenCompose(connected -> wildcard && this == shared.get(0)
                                ? connection.subscribe(List.of(ALL_RESPONSES))
                                : CompletableFuture.completedFuture(null));
            }
            return ready;
        }

        @Override
        public void publish(String topic, byte[] payload) {
            connection.publish(topic, payload);
        }

        @Override
        public void done() {
            // Other clients still use the connection.
        }
    }

    /** Disconnects every connection from the broker. */
    @Override
    public void close() {
        CompletableFuture<?>[] closed =
                connections.stream().map(Connection::close).toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(closed).get(DISCONNECT_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException e) {
            // The broker notices lost connections itself.
        }
    }
}
