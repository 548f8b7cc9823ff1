package securemqtt.load;

import io.vertx.core.Vertx;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.NetId;

/** The command line: lets a crowd loose on a responder and says what became of each. */
@Command(
        name = "testing/load/run",
        description = {
            "Drives many clients against a responder, each with a NetID and texts of its own, and checks every answer.",
            "Exit code 0 if all were answered, once and rightly; 1 if not; 2 for a wrong option."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true)
public final class Load implements Callable<Integer> {
    /** Would tell of each connection; kept here, as a logger that nobody holds loses its level. */
    private static final Logger MQTT_LOG = Logger.getLogger("io.vertx.mqtt");
    /** How long to listen for what comes once too often. */
    private static final long AFTERWARDS_MILLIS = 500;

    enum Only {
        keys,
        actions
    }

    enum Subscriptions {
        each,
        all
    }

    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "localhost",
            description = "The broker's host (${DEFAULT-VALUE}).")
    String host;

    @Option(names = "--port", paramLabel = "PORT", required = true, description = "The broker's port.")
    int port;

    @Option(names = "--clients", paramLabel = "N", defaultValue = "1000", description = "How many (${DEFAULT-VALUE}).")
    int clients;

    @Option(
            names = "--within",
            paramLabel = "SECONDS",
            defaultValue = "1",
            description = "Their starts are spread evenly over this time (${DEFAULT-VALUE}).")
    double within;

    @Option(
            names = "--at-once",
            paramLabel = "N",
            description = "At most so many are under way at a time; who comes later waits (default: all).")
    Integer atOnce;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = {
                "Who has no answer after this time is lost (${DEFAULT-VALUE}). It counts from a client's start;",
                "with --only actions from its last answer."
            })
    double timeout;

    @Option(
            names = "--bytes",
            paramLabel = "LENGTH",
            defaultValue = "64",
            description = "The length of a text (${DEFAULT-VALUE}); more if a NetID and a number need it.")
    int bytes;

    @Option(
            names = "--netid-prefix",
            paramLabel = "PREFIX",
            defaultValue = "load",
            description = "The NetIDs are PREFIX-1, PREFIX-2 and so on (${DEFAULT-VALUE}).")
    String prefix;

    @Option(
            names = "--prepared",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = {
                "Before the clock starts all are connected and subscribed, and they stay until the last one is done;",
                "with --no-prepared each comes at its start and leaves when it is done (default: prepared)."
            })
    boolean prepared;

    @Option(
            names = "--only",
            paramLabel = "WHAT",
            description = {
                "keys: key exchanges only; the answer is parsed, no secret is computed, one key pair serves all.",
                "actions: the sessions are agreed on before the clock starts."
            })
    Only only;

    @Option(
            names = "--each",
            paramLabel = "M",
            defaultValue = "100",
            description = "With --only actions: so many from each client (${DEFAULT-VALUE}).")
    int each;

    @Option(
            names = "--window",
            paramLabel = "W",
            defaultValue = "10",
            description = "With --only actions: at most so many of a client without an answer (${DEFAULT-VALUE}).")
    int window;

    @Option(
            names = "--connections",
            paramLabel = "C",
            description = "The clients share so many connections (default: each has one, with its NetID as client id).")
    Integer connections;

    @Option(
            names = "--subscribe",
            paramLabel = "HOW",
            defaultValue = "each",
            description = {
                "With --connections: each NetID has its two subscriptions, or the first connection has one to all",
                "responses, for everybody: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE})."
            })
    Subscriptions subscriptions;

    @Option(
            names = "--probe",
            description = {
                "Beside the others, one session that was agreed on beforehand sends a request every 50 ms;",
                "its latencies are printed apart."
            })
    boolean probe;

    @Option(
            names = "--cpu",
            paramLabel = "PID",
            description = "Print how much processor time this process took, most likely the responder.")
    Long cpu;

    @Option(
            names = "--memory",
            paramLabel = "PID",
            description = "Print how much memory of this process is resident as the run goes on (Linux only).")
    Long memory;

    @Option(
            names = "--every",
            paramLabel = "N",
            defaultValue = "10000",
            description = "With --memory: each time that so many more are answered (${DEFAULT-VALUE}).")
    int every;

    @Spec
    CommandSpec spec;

    private final Report report = new Report(System.out);

    public static void main(String... arguments) {
        MQTT_LOG.setLevel(Level.OFF);
        System.exit(new CommandLine(new Load()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        checkOptions();
        Broker broker = new Broker(host, port);
        Vertx vertx = Vertx.vertx();
        try (Keys keys = new Keys();
                Lines lines = connections == null
                        ? Lines.ofTheirOwn(vertx, broker, !prepared && only != Only.actions)
                        : Lines.shared(vertx, broker, connections, subscriptions == Subscriptions.all)) {
            if (!probe) {
                return drive(lines, keys) ? 0 : 1;
            }
            try (Probe beside = new Probe(broker, keys, new NetId(prefix + "-probe"), bytes, nanos(timeout))) {
                if (!beside.prepare()) {
                    System.out.println("NOT GOOD: the probe got no session, or not all its answers beforehand");
                    return 1;
                }
                boolean good = drive(lines, keys, beside::start, beside::stop);
                report.latency("probe", beside.latencies());
                System.out.println("probe " + beside.counts().verdict());
                return good && beside.counts().good() ? 0 : 1;
            }
        } finally {
            vertx.close();
        }
    }

    private void checkOptions() {
        require(port > 0 && port < 65536, "--port is a number from 1 to 65535");
        require(clients > 0, "--clients is 1 or more");
        require(within >= 0 && timeout > 0, "--within and --timeout are not negative");
        require(atOnce == null || atOnce > 0, "--at-once is 1 or more");
        require(connections == null || connections > 0, "--connections is 1 or more");
        require(connections != null || subscriptions == Subscriptions.each, "--subscribe all wants --connections");
        require(each > 0 && window > 0 && bytes >= 0 && every > 0, "--each, --window and --every are 1 or more");
    }

    private void require(boolean right, String message) {
        if (!right) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    private boolean drive(Lines lines, Keys keys) throws InterruptedException {
        return drive(lines, keys, () -> {}, () -> {});
    }

    private interface Step {
        void run() throws InterruptedException;
    }

    /** The whole run and its report; true if all is good. */
    private boolean drive(Lines lines, Keys keys, Step before, Step after) throws InterruptedException {
        Tally tally = new Tally();
        Work work = work();
        List<Client> crowd = clients(lines, keys, work, tally);
        MemoryCurve curve = memory == null ? null : new MemoryCurve(memory, every, tally::answered, System.out);
        try (Crowd driven = new Crowd(crowd, nanos(timeout), curve == null ? () -> {} : curve)) {
            if ((prepared || only == Only.actions) && !driven.prepare()) {
                report.line("before the clock", "not all could be prepared: nothing is started");
                Counts counts = tally.counts(clients * work.answers());
                printEnd(counts, tally);
                return false;
            }
            keys.warmUp();
            sayWhatIsPrepared();
            if (curve != null) {
                System.out.println("memory before, " + curve.resident());
            }
            Optional<ProcessorTime> processor = Optional.ofNullable(cpu).flatMap(ProcessorTime::of);
            before.run();
            Crowd.Starts starts = driven.run(nanos(within), atOnce == null ? Integer.MAX_VALUE : atOnce);
            after.run();
            TimeUnit.MILLISECONDS.sleep(AFTERWARDS_MILLIS);
            Counts counts = tally.counts(clients * work.answers());
            print(counts, tally, starts);
            processor.ifPresent(time -> report.line("processor time", time.since(counts.answered())));
            printEnd(counts, tally);
            return counts.good();
        }
    }

    private Work work() {
        if (only == null) {
            return Work.exchange(bytes);
        }
        return only == Only.keys ? Work.keysOnly() : Work.actionsOnly(each, window, bytes);
    }

    private List<Client> clients(Lines lines, Keys keys, Work work, Tally tally) {
        CompletableFuture<DhKeyPair> one = keys.pair();
        List<Client> crowd = IntStream.rangeClosed(1, clients)
                .mapToObj(number -> new NetId(prefix + "-" + number))
                .map(netId ->
                        new Client(netId, lines.line(netId), keys, only == Only.keys ? one : keys.pair(), work, tally))
                .toList();
        // The keys of real clients come from computers of their own, so nobody waits for them here.
        crowd.forEach(Client::awaitKeyPair);
        return crowd;
    }

    private void sayWhatIsPrepared() {
        String done = only == Only.keys ? "one key pair for all" : "key pairs";
        if (only == Only.actions) {
            done = "connections, subscriptions and sessions";
        } else if (prepared) {
            done = "connections, subscriptions and " + done;
        }
        report.line("before the clock", done);
    }

    private void print(Counts counts, Tally tally, Crowd.Starts starts) {
        report.line(
                "clients",
                String.format(
                        Locale.ROOT,
                        "%d, the last started after %.3f s",
                        clients,
                        (starts.last() - starts.first()) / 1e9));
        if (only == Only.actions) {
            report.line("actions", counts.asked());
        }
        report.counts(counts);
        String unit = only == null ? "exchanges" : only == Only.keys ? "key exchanges" : "actions";
        report.speed(unit, counts.answered(), counts.answered() == 0 ? 0 : tally.lastAnswer() - starts.first());
        if (only != Only.actions) {
            report.latency("key exchange", tally.keyExchange.percentiles());
        }
        report.latency("request", tally.request.percentiles());
        if (only == null) {
            report.latency("whole, ours included", tally.whole.percentiles());
        }
    }

    private static void printEnd(Counts counts, Tally tally) {
        tally.complaints().forEach(complaint -> System.out.println("complaint: " + complaint));
        System.out.println(counts.verdict());
    }

    private static long nanos(double seconds) {
        return (long) (seconds * 1e9);
    }
}
