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

/** The command line of the load generator: runs many clients against a responder and prints the result. */
@Command(
        name = "testing/load/run",
        description = {
            "Runs many clients against a responder, each with its own NetID and texts, and checks every answer.",
            "Exit code 0 if every request got exactly one answer, and the right one; 1 if not; 2 for a wrong option."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true)
public final class Load implements Callable<Integer> {
    /** Logs each connection, so it is turned off. The field keeps the logger from being collected, with its level. */
    private static final Logger MQTT_LOG = Logger.getLogger("io.vertx.mqtt");
    /** After the last answer, the time to wait for duplicates. */
    private static final long DUPLICATES_WAIT_MILLIS = 500;

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

    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "1000",
            description = "The number of clients (${DEFAULT-VALUE}).")
    int clients;

    @Option(
            names = "--within",
            paramLabel = "SECONDS",
            defaultValue = "1",
            description = "The clients' starts are spread evenly over this time (${DEFAULT-VALUE}).")
    double within;

    @Option(
            names = "--at-once",
            paramLabel = "N",
            description = "The largest number of clients that run at the same time; others wait (default: all).")
    Integer atOnce;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = {
                "A client without an answer after this time is lost (${DEFAULT-VALUE}). The time counts from the",
                "client's start; with --only actions, from its last answer."
            })
    double timeout;

    @Option(
            names = "--bytes",
            paramLabel = "LENGTH",
            defaultValue = "64",
            description = "The length of a text (${DEFAULT-VALUE}); longer if its NetID and number do not fit.")
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
                "All clients connect and subscribe before the measurement, and stay until the last one is done. With",
                "--no-prepared, each connects at its start and disconnects when it is done (default: prepared)."
            })
    boolean prepared;

    @Option(
            names = "--only",
            paramLabel = "WHAT",
            description = {
                "keys: measure only key exchanges; all clients have the same key pair and compute no shared secret.",
                "actions: measure only actions; the clients exchange keys before the measurement."
            })
    Only only;

    @Option(
            names = "--each",
            paramLabel = "M",
            defaultValue = "100",
            description = "With --only actions: the number of requests of each client (${DEFAULT-VALUE}).")
    int each;

    @Option(
            names = "--window",
            paramLabel = "W",
            defaultValue = "10",
            description = "With --only actions: a client's largest number of unanswered requests (${DEFAULT-VALUE}).")
    int window;

    @Option(
            names = "--connections",
            paramLabel = "C",
            description = "Share C connections (default: each client has one, with its NetID as client identifier).")
    Integer connections;

    @Option(
            names = "--subscribe",
            paramLabel = "HOW",
            defaultValue = "each",
            description = {
                "With --connections: each: each client has two subscriptions; all: the first connection subscribes to",
                "all responses, for all clients (${DEFAULT-VALUE})."
            })
    Subscriptions subscriptions;

    @Option(
            names = "--probe",
            description = {
                "During the run, one further client with an existing session sends a request every 50 ms. Its",
                "latencies are printed separately."
            })
    boolean probe;

    @Option(
            names = "--cpu",
            paramLabel = "PID",
            description = "Print the processor time of this process, usually the responder.")
    Long cpu;

    @Option(
            names = "--memory",
            paramLabel = "PID",
            description = "Print the resident memory of this process during the run (Linux only).")
    Long memory;

    @Option(
            names = "--every",
            paramLabel = "N",
            defaultValue = "10000",
            description = "With --memory: print it every N answers (${DEFAULT-VALUE}).")
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
        try (KeyComputations keys = new KeyComputations();
                Connections clientConnections = connections == null
                        ? Connections.ofTheirOwn(vertx, broker, !prepared && only != Only.actions)
                        : Connections.shared(vertx, broker, connections, subscriptions == Subscriptions.all)) {
            if (!probe) {
                return drive(clientConnections, keys) ? 0 : 1;
            }
            try (Probe beside = new Probe(broker, keys, new NetId(prefix + "-probe"), bytes, nanos(timeout))) {
                if (!beside.prepare()) {
                    System.out.println("NOT GOOD: the probe got no session, or not all its answers beforehand");
                    return 1;
                }
                boolean good = drive(clientConnections, keys, beside::start, beside::stop);
                report.latency("probe", beside.latencies());
                System.out.println("probe " + beside.counts().verdict());
                return good && beside.counts().good() ? 0 : 1;
            }
        } finally {
            vertx.close();
        }
    }

    private void checkOptions() {
        require(port > 0 && port < 65536, "--port must be from 1 to 65535");
        require(clients > 0, "--clients must be at least 1");
        require(within >= 0 && timeout > 0, "--within must not be negative, and --timeout must be greater than 0");
        require(atOnce == null || atOnce > 0, "--at-once must be at least 1");
        require(connections == null || connections > 0, "--connections must be at least 1");
        require(connections != null || subscriptions == Subscriptions.each, "--subscribe all requires --connections");
        require(
                each > 0 && window > 0 && bytes >= 0 && every > 0,
                "--each, --window and --every must be at least 1, and --bytes must not be negative");
    }

    private void require(boolean valid, String message) {
        if (!valid) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    private boolean drive(Connections clientConnections, KeyComputations keys) throws InterruptedException {
        return drive(clientConnections, keys, () -> {}, () -> {});
    }

    private interface Step {
        void run() throws InterruptedException;
    }

    /** Runs all clients and prints the report; returns true if the run is good. */
    private boolean drive(Connections clientConnections, KeyComputations keys, Step before, Step after)
            throws InterruptedException {
        Tally tally = new Tally();
        Workload work = work();
        List<Client> toRun = clients(clientConnections, keys, work, tally);
        MemoryCurve curve = memory == null ? null : new MemoryCurve(memory, every, tally::answered, System.out);
        try (ClientGroup group = new ClientGroup(toRun, nanos(timeout), curve == null ? () -> {} : curve)) {
            if ((prepared || only == Only.actions) && !group.prepare()) {
                report.line("before the clock", "not all could be prepared: nothing is started");
                Counts counts = tally.counts(clients * work.answers());
                printEnd(counts, tally);
                return false;
            }
            keys.warmUp();
            printPreparation();
            if (curve != null) {
                System.out.println("memory before, " + curve.resident());
            }
            Optional<ProcessorTime> processor = Optional.ofNullable(cpu).flatMap(ProcessorTime::of);
            before.run();
            ClientGroup.Starts starts = group.run(nanos(within), atOnce == null ? Integer.MAX_VALUE : atOnce);
            after.run();
            TimeUnit.MILLISECONDS.sleep(DUPLICATES_WAIT_MILLIS);
            Counts counts = tally.counts(clients * work.answers());
            print(counts, tally, starts);
            processor.ifPresent(time -> report.line("processor time", time.since(counts.answered())));
            printEnd(counts, tally);
            return counts.good();
        }
    }

    private Workload work() {
        if (only == null) {
            return Workload.exchange(bytes);
        }
        return only == Only.keys ? Workload.keysOnly() : Workload.actionsOnly(each, window, bytes);
    }

    private List<Client> clients(Connections clientConnections, KeyComputations keys, Workload work, Tally tally) {
        CompletableFuture<DhKeyPair> one = keys.pair();
        List<Client> prepared = IntStream.rangeClosed(1, clients)
                .mapToObj(number -> new NetId(prefix + "-" + number))
                .map(netId -> new Client(
                        netId,
                        clientConnections.forClient(netId),
                        keys,
                        only == Only.keys ? one : keys.pair(),
                        work,
                        tally))
                .toList();
        // Real clients generate their keys on separate computers, so the measurement excludes this work.
        prepared.forEach(Client::awaitKeyPair);
        return prepared;
    }

    private void printPreparation() {
        String done = only == Only.keys ? "one key pair for all" : "key pairs";
        if (only == Only.actions) {
            done = "connections, subscriptions and sessions";
        } else if (prepared) {
            done = "connections, subscriptions and " + done;
        }
        report.line("before the clock", done);
    }

    private void print(Counts counts, Tally tally, ClientGroup.Starts starts) {
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
