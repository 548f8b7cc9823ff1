package securemqtt.responder;

import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import securemqtt.protocol.NetId;
import securemqtt.protocol.Topics;

/**
 * The command line. It is read before Quarkus starts, because Quarkus connects to the broker at once: by then the
 * settings have to be known, and an embedded broker has to listen.
 */
@QuarkusMain
@Command(
        name = SecureMqttResponder.NAME,
        customSynopsis = SecureMqttResponder.NAME + " [--help] [--version] [-v] [-h HOST] [-p PORT]%n"
                + "                             [--netid NETID] [--embedded-broker]",
        description = {"Answers clients of the secure MQTT exchange until it is stopped.", ""},
        versionProvider = Version.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n")
public final class SecureMqttResponder implements Callable<Integer> {
    /** How long stopping may take, in seconds; after that the process ends all the same. */
    private static final int LAST_WORK_SECONDS = 10;

    private static final CountDownLatch STOPPED = new CountDownLatch(1);
    private static volatile int exitStatus;

    static final String NAME = "secure_mqtt_responder";

    @Option(names = "--help", usageHelp = true, description = "Print this text and exit.")
    boolean help;

    @Option(names = "--version", versionHelp = true, description = "Print the version and exit.")
    boolean version;

    @Option(
            names = {"-v", "--verbose"},
            description = "Tell each step, with the keys' fingerprints.")
    boolean verbose;

    @Option(
            names = {"-h", "--host"},
            paramLabel = "HOST",
            defaultValue = "localhost",
            description = "The broker's host (default: ${DEFAULT-VALUE}).")
    String host;

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            defaultValue = "1884",
            description = "The broker's port (default: ${DEFAULT-VALUE}). 0 makes an embedded broker take a free one.")
    int port;

    @Option(
            names = "--netid",
            paramLabel = "NETID",
            converter = NetIdConverter.class,
            description = "Answer this NetID only (default: every one).")
    NetId netId;

    @Option(
            names = "--embedded-broker",
            description = "Start an MQTT broker at HOST:PORT in this process, in memory only.")
    boolean embeddedBroker;

    @Spec
    CommandSpec spec;

    public static void main(String... arguments) {
        CommandLine commandLine = new CommandLine(new SecureMqttResponder())
                .setExpandAtFiles(false)
                .setParameterExceptionHandler(SecureMqttResponder::wrongArguments);
        Map<String, String> exitCodes = new LinkedHashMap<>();
        Arrays.stream(ExitCode.values())
                .forEach(code -> exitCodes.put(Integer.toString(code.status()), code.meaning()));
        commandLine.getCommandSpec().usageMessage().exitCodeList(exitCodes);
        exitStatus = commandLine.execute(arguments);
        STOPPED.countDown();
        System.exit(exitStatus);
    }

    @Override
    public Integer call() {
        checkOptions();
        Runtime.getRuntime().addShutdownHook(new Thread(SecureMqttResponder::haltOnceStopped, "halt"));
        try {
            if (!embeddedBroker) {
                return serve(host, port);
            }
            try (EmbeddedBroker broker = EmbeddedBroker.start(host, port)) {
                return serve(broker.host(), broker.port());
            }
        } catch (IOException e) {
            return fail(
                    ExitCode.NO_EMBEDDED_BROKER,
                    "the embedded broker: " + e.getMessage(),
                    "see that -h names this computer and -p a free port; -p 0 takes any free one");
        } catch (Service.ServiceFailedException e) {
            return fail(
                    ExitCode.INTERNAL_ERROR,
                    "the service did not start: " + e.getMessage(),
                    "see that no environment variable or file sets it up wrongly");
        }
    }

    private int serve(String brokerHost, int brokerPort) throws Service.ServiceFailedException {
        Map<String, String> settings = new HashMap<>();
        settings.put("responder.host", brokerHost);
        settings.put("responder.port", Integer.toString(brokerPort));
        settings.put("responder.netid", netId == null ? "" : netId.value());
        settings.put(
                "mp.messaging.incoming.requests.topic",
                netId == null ? Topics.allRequests() : Topics.allRequests(netId));
        if (verbose) {
            settings.put("quarkus.log.category.\"securemqtt\".level", "DEBUG");
            settings.put("quarkus.log.category.\"io.vertx.mqtt\".level", "ERROR");
        }
        return Service.run(settings);
    }

    private int fail(ExitCode exitCode, String problem, String hint) {
        spec.commandLine().getErr().println(NAME + ": error: " + problem);
        spec.commandLine().getErr().println(NAME + ": hint: " + hint);
        return exitCode.status();
    }

    /**
     * A Java process that a signal ends reports 128 and the signal's number, as if it had been killed. Stopping a service
     * is no failure: once all is stopped, the exit status is what {@link #call} returned.
     */
    private static void haltOnceStopped() {
        try {
            if (STOPPED.await(LAST_WORK_SECONDS, TimeUnit.SECONDS)) {
                Runtime.getRuntime().halt(exitStatus);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void checkOptions() {
        if (host.isBlank()) {
            throw new ParameterException(spec.commandLine(), "HOST must not be empty");
        }
        int least = embeddedBroker ? 0 : 1;
        if (port < least || port > 65535) {
            throw new ParameterException(spec.commandLine(), "PORT must be in " + least + "..65535, not " + port);
        }
    }

    private static int wrongArguments(ParameterException e, String[] arguments) {
        CommandLine commandLine = e.getCommandLine();
        commandLine.getErr().println(NAME + ": error: " + e.getMessage());
        Help help = commandLine.getHelp();
        commandLine.getErr().print(help.synopsisHeading() + help.synopsis(help.synopsisHeadingLength()));
        commandLine.getErr().println(NAME + " --help tells more.");
        return ExitCode.USAGE.status();
    }

    static final class NetIdConverter implements ITypeConverter<NetId> {
        @Override
        public NetId convert(String value) {
            try {
                return new NetId(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
