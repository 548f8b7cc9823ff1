package securemqtt.responder.check;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import securemqtt.responder.broker.embedded.EmbeddedBroker;

/** The broker, the responders and the runs of the client of one case. Closing it ends them all. */
final class Trial implements AutoCloseable {
    /** Below the ports that Linux (32768 and above) and others assign. */
    private static final int FIRST_LASTING_PORT = 10_000;

    private static final int LAST_LASTING_PORT = 32_768;
    private static final int PORT_ATTEMPTS = 20;

    /** The NetID that the client gets, unless a case needs another. */
    static final String NETID = "le0nh4rt";

    /** How long the broker and the responders may take for the last messages. */
    private static final Duration SETTLING = Duration.ofSeconds(10);

    private final List<String> command;
    private final Vertx vertx;
    private final long deadline;
    private final PacketLog packets = new PacketLog();
    private final List<CheckResponder> responders = new ArrayList<>();
    /** Responders look at the clients too. */
    private final List<ClientProcess> clients = new CopyOnWriteArrayList<>();

    private final List<ClientRun> runs = new ArrayList<>();
    private EmbeddedBroker broker;

    /**
     * @param command the client's program and its own arguments
     * @param deadline when the client is killed, a value of {@link System#nanoTime}
     */
    Trial(List<String> command, Vertx vertx, long deadline) {
        this.command = command;
        this.vertx = vertx;
        this.deadline = deadline;
    }

    /** Starts the broker on a free port of {@code localhost}. */
    void startBroker() throws IOException {
        startBroker("localhost", 0);
    }

    /**
     * Starts the broker on a free port of {@code localhost} that the operating system assigns to nobody while the
     * broker is stopped, neither to another broker nor to a connection.
     */
    void startBrokerOnLastingPort() throws IOException {
        IOException failure = null;
        for (int attempt = 0; attempt < PORT_ATTEMPTS; attempt++) {
            try {
                startBroker("localhost", ThreadLocalRandom.current().nextInt(FIRST_LASTING_PORT, LAST_LASTING_PORT));
                return;
            } catch (IOException e) {
                failure = e;
            }
        }
        throw failure;
    }

    void startBroker(String host, int port) throws IOException {
        broker = EmbeddedBroker.start(host, port, packets);
    }

    /** Makes the broker hold the client's SUBACKs back for this long. */
    void delaySubacks(Duration delay) {
        packets.delaySubacks(delay);
    }

    /** Stops the broker, with all connections. Its responders are closed. */
    void stopBroker() {
        responders.forEach(CheckResponder::close);
        broker.close();
    }

    int port() {
        return broker.port();
    }

    /** Starts a responder, and returns once it is ready. */
    CheckResponder startResponder(Behavior behavior) throws IOException, InterruptedException {
        CheckResponder responder = CheckResponder.start(vertx, broker.host(), broker.port(), behavior);
        responders.add(responder);
        return responder;
    }

    /** Runs the client on this trial's broker, and waits for its end. */
    ClientRun exchange(String action, String message) throws IOException, InterruptedException {
        return exchange(List.of(), action, message);
    }

    /** @param options come before the other arguments */
    ClientRun exchange(List<String> options, String action, String message) throws IOException, InterruptedException {
        return run(arguments(options, action, message));
    }

    /** Starts the client on this trial's broker. */
    ClientProcess startExchange(String action, String message) throws IOException {
        return start(arguments(List.of(), action, message));
    }

    private List<String> arguments(List<String> options, String action, String message) {
        return Stream.of(
                        options.stream(),
                        Stream.of("-h", "localhost", "-p", Integer.toString(port()), NETID, action, message))
                .flatMap(part -> part)
                .toList();
    }

    /** Runs the client with these arguments, and waits for its end. */
    ClientRun run(List<String> arguments) throws IOException, InterruptedException {
        return await(start(arguments));
    }

    ClientProcess start(List<String> arguments) throws IOException {
        ClientProcess client = ClientProcess.start(
                Stream.concat(command.stream(), arguments.stream()).toList());
        clients.add(client);
        client.onEnd(packets::wake);
        return client;
    }

    /** Waits for the end of a client, and kills it after {@code limit}. */
    ClientRun await(ClientProcess client, Duration limit) throws InterruptedException {
        return await(client, System.nanoTime() + limit.toNanos());
    }

    /** Waits for the end of a client, and kills it at the case's deadline. */
    ClientRun await(ClientProcess client) throws InterruptedException {
        return await(client, deadline);
    }

    private ClientRun await(ClientProcess client, long end) throws InterruptedException {
        ClientRun run = client.await(end);
        runs.add(run);
        return run;
    }

    /**
     * Waits for a packet of the clients that were started.
     *
     * @return whether it came before their end and the case's deadline
     */
    boolean awaitPacket(Predicate<Packet> wanted) throws InterruptedException {
        return packets.await(
                all -> all.stream().anyMatch(wanted),
                () -> clients.stream().noneMatch(ClientProcess::isAlive),
                deadline);
    }

    /**
     * What happened. The clients have ended. This waits until the broker and the responders have handled everything
     * that the clients sent, so that two runs see the same.
     */
    Observation observation() throws InterruptedException {
        packets.await(Trial::areConnectionsClosed, () -> false, System.nanoTime() + SETTLING.toNanos());
        for (CheckResponder responder : responders) {
            responder.awaitIdle(SETTLING);
        }
        return new Observation(
                List.copyOf(runs),
                packets.packets(),
                responders.stream()
                        .flatMap(responder -> responder.refused().stream())
                        .toList(),
                packets.responderMessages());
    }

    private static boolean areConnectionsClosed(List<Packet> packets) {
        return connections(packets, Packet.Type.CLOSE).containsAll(connections(packets, Packet.Type.CONNECT));
    }

    private static Set<Long> connections(List<Packet> packets, Packet.Type type) {
        return packets.stream()
                .filter(packet -> packet.type() == type)
                .map(Packet::connection)
                .collect(Collectors.toSet());
    }

    @Override
    public void close() {
        clients.forEach(ClientProcess::close);
        responders.forEach(CheckResponder::close);
        if (broker != null) {
            broker.close();
        }
    }
}
