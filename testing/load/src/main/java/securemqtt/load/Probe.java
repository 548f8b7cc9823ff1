package securemqtt.load;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import securemqtt.protocol.NetId;

/** One session that was agreed on beforehand, and sends a request now and then while others make a crowd. */
final class Probe implements AutoCloseable {
    private static final long PAUSE_MILLIS = 50;
    /** Requests before the clock starts: so that what is measured is not our own program's start. */
    private static final int WARM_UP = 100;

    private static final long LOOK_MILLIS = 10;

    /** Has a thread of its own, so that it does not wait for the crowd's messages. */
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));

    private final Lines lines;
    private final Keys keys;
    private final NetId netId;
    private final int textLength;
    private final long patience;
    private final Tally tally = new Tally();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "probe");
        thread.setDaemon(true);
        return thread;
    });
    private Client client;
    private int unanswered;

    /** @param patience how long to wait for an answer, in nanoseconds */
    Probe(Broker broker, Keys keys, NetId netId, int textLength, long patience) {
        this.lines = Lines.ofTheirOwn(vertx, broker, false);
        this.keys = keys;
        this.netId = netId;
        this.textLength = textLength;
        this.patience = patience;
    }

    /** Agrees on a session and sends some requests, one after the other. False if that fails. */
    boolean prepare() throws InterruptedException {
        Work warmUp = Work.actionsOnly(WARM_UP, 1, textLength);
        Tally unmeasured = new Tally();
        Client first = client(new NetId(netId.value() + "-warm-up"), warmUp, unmeasured);
        client = client(netId, Work.actionsOnly(Integer.MAX_VALUE, 0, textLength), tally);
        try (Crowd crowd = new Crowd(List.of(first, client), patience, () -> {})) {
            crowd.prepare();
            first.start();
            first.ended().join();
        }
        return unmeasured.counts(WARM_UP).good() && client.stage() == Stage.READY;
    }

    private Client client(NetId name, Work work, Tally into) {
        return new Client(name, lines.line(name), keys, keys.pair(), work, into);
    }

    void start() {
        client.start();
        timer.scheduleAtFixedRate(client::sendNext, PAUSE_MILLIS, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Sends no more, and waits for the answers that are still to come. */
    void stop() throws InterruptedException {
        timer.shutdownNow();
        timer.awaitTermination(1, TimeUnit.SECONDS);
        long deadline = System.nanoTime() + patience;
        while (client.unanswered() > 0 && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        unanswered = client.unanswered();
    }

    Percentiles latencies() {
        return tally.request.percentiles();
    }

    /** What became of its requests; those without an answer are lost. */
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
                        Map.of(Stage.WAITING_FOR_ANSWER, unanswered));
    }

    @Override
    public void close() {
        timer.shutdownNow();
        lines.close();
        vertx.close();
    }
}
