package securemqtt.load;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import securemqtt.protocol.NetId;

/**
 * One client with an existing session, which sends a request at regular intervals during the run of the other
 * clients.
 */
final class Probe implements AutoCloseable {
    private static final long PAUSE_MILLIS = 50;
    /** The number of requests before the measurement, which then excludes the warm-up of this program. */
    private static final int WARM_UP = 100;

    private static final long CHECK_INTERVAL_MILLIS = 10;

    /** A separate event loop, so that the probe does not wait for the other clients' messages. */
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));

    private final Connections clientConnections;
    private final KeyComputations keys;
    private final NetId netId;
    private final int textLength;
    private final long timeout;
    private final Tally tally = new Tally();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "probe");
        thread.setDaemon(true);
        return thread;
    });
    private Client client;
    private int unanswered;

    /** @param timeout the longest wait for an answer, in nanoseconds */
    Probe(Broker broker, KeyComputations keys, NetId netId, int textLength, long timeout) {
        this.clientConnections = Connections.ofTheirOwn(vertx, broker, false);
        this.keys = keys;
        this.netId = netId;
        this.textLength = textLength;
        this.timeout = timeout;
    }

    /** Agrees on a session and sends the warm-up requests one after the other. Returns false if that fails. */
    boolean prepare() throws InterruptedException {
        Workload warmUp = Workload.actionsOnly(WARM_UP, 1, textLength);
        Tally unmeasured = new Tally();
        Client first = client(new NetId(netId.value() + "-warm-up"), warmUp, unmeasured);
        client = client(netId, Workload.actionsOnly(Integer.MAX_VALUE, 0, textLength), tally);
        try (ClientGroup group = new ClientGroup(List.of(first, client), timeout, () -> {})) {
            group.prepare();
            first.start();
            first.ended().join();
        }
        return unmeasured.counts(WARM_UP).good() && client.state() == ClientState.READY;
    }

    private Client client(NetId name, Workload work, Tally into) {
        return new Client(name, clientConnections.forClient(name), keys, keys.pair(), work, into);
    }

    void start() {
        client.start();
        timer.scheduleAtFixedRate(client::sendNext, PAUSE_MILLIS, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Stops sending and waits for the outstanding answers. */
    void stop() throws InterruptedException {
        timer.shutdownNow();
        timer.awaitTermination(1, TimeUnit.SECONDS);
        long deadline = System.nanoTime() + timeout;
        while (client.unanswered() > 0 && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(CHECK_INTERVAL_MILLIS);
        }
        unanswered = client.unanswered();
    }

    Percentiles latencies() {
        return tally.request.percentiles();
    }

    /** The result of the probe's requests. Unanswered requests count as lost. */
    Counts counts() {
        Counts known = tally.counts(tally.answered() + unanswered);
        return unanswered == 0
                ? known
                : new Counts(
                        known.asked(),
                        known.answered(),
                        known.wrong(),
                        known.duplicates(),
                        known.repeated(),
                        Map.of(ClientState.WAITING_FOR_ANSWER, unanswered));
    }

    @Override
    public void close() {
        timer.shutdownNow();
        clientConnections.close();
        vertx.close();
    }
}
