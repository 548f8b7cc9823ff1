package securemqtt.client;

import io.quarkus.picocli.runtime.annotations.TopCommand;
import io.vertx.core.Vertx;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import securemqtt.protocol.Action;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.NetId;

/** The command line: reads the arguments and puts a run together. */
@TopCommand
@Command(
        name = SecureMqttClient.NAME,
        customSynopsis = SecureMqttClient.NAME + " [--help] [--version] [-v] [-h HOST] [-p PORT]%n"
                + "                          [--timeout SECONDS] NETID ACTION MESSAGE",
        description = {"Sends MESSAGE to a responder over MQTT, encrypted end to end, and prints its answer.", ""},
        versionProvider = Version.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        footer = {
            "",
            "Only the answer goes to standard output; all else goes to standard error.",
            "Put -- in front of NETID if MESSAGE begins with a dash.",
            "",
            "Example:",
            "  " + SecureMqttClient.NAME + " le0nh4rt uppercase \"Networking is the best!\""
        })
final class SecureMqttClient implements Callable<Integer> {
    static final String NAME = "secure_mqtt_client";

    /** A day: beyond that it is a mistake, and in milliseconds it still is an int. */
    private static final int MAX_TIMEOUT_SECONDS = 24 * 60 * 60;

    @Option(names = "--help", usageHelp = true, description = "Print this text and exit.")
    boolean help;

    @Option(names = "--version", versionHelp = true, description = "Print the version and exit.")
    boolean version;

    @Option(
            names = {"-v", "--verbose"},
            description = "Tell each step on standard error, with the keys' fingerprints.")
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
            description = "The broker's port (default: ${DEFAULT-VALUE}).")
    int port;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "Give up after this many seconds in all (default: ${DEFAULT-VALUE}).")
    int timeoutSeconds;

    @Parameters(
            index = "0",
            paramLabel = "NETID",
            converter = NetIdConverter.class,
            description = "Your NetID: one level of an MQTT topic, at most 64 characters.")
    NetId netId;

    @Parameters(
            index = "1",
            paramLabel = "ACTION",
            converter = ActionConverter.class,
            description = "One of uppercase, lowercase, title-case, reverse and shuffle.")
    Action action;

    @Parameters(index = "2", paramLabel = "MESSAGE", description = "The text; may be empty.")
    String message;

    @Spec
    CommandSpec spec;

    private final Vertx vertx;
    private final Interruption interruption;

    SecureMqttClient(Vertx vertx, Interruption interruption) {
        this.vertx = vertx;
        this.interruption = interruption;
    }

    @Override
    public Integer call() throws InterruptedException {
        checkArguments();
        SecureRandom random = new SecureRandom();
        LongSupplier nanoTime = System::nanoTime;
        Terminal terminal = new Terminal(NAME, spec.commandLine().getErr(), verbose, nanoTime);
        // Beside connecting, on another core: making a key pair takes a third of the time that the exchange does.
        CompletableFuture<DhKeyPair> keyPair =
                CompletableFuture.supplyAsync(() -> DhKeyPair.generate(DhGroup.lab(), random));
        Exchange exchange = new Exchange(
                netId, action, message.getBytes(StandardCharsets.UTF_8), keyPair::join, InstantSource.system(), random);
        // Not System.out, which swallows errors.
        FileOutputStream stdout = new FileOutputStream(FileDescriptor.out);
        VertxConnection.Endpoint broker = new VertxConnection.Endpoint(host, port);
        Run run = new Run(exchange, timeoutSeconds, nanoTime, terminal, stdout);
        interruption.concerns(run);
        return run.toTheEnd(
                        events -> new VertxConnection(vertx, broker, netId, Duration.ofSeconds(timeoutSeconds), events))
                .status();
    }

    private void checkArguments() {
        if (host.isBlank()) {
            throw usageError("HOST must not be empty");
        }
        if (port < 1 || port > 65535) {
            throw usageError("PORT must be in 1..65535, not " + port);
        }
        if (timeoutSeconds < 1 || timeoutSeconds > MAX_TIMEOUT_SECONDS) {
            throw usageError("SECONDS must be in 1.." + MAX_TIMEOUT_SECONDS + ", not " + timeoutSeconds);
        }
        // What the Java runtime makes of bytes that are not text in the locale it was started in. Nobody could tell it
        // from one that was typed; to send something else than was typed would be worse than to refuse that.
        if (message.contains("\uFFFD")) {
            throw usageError(
                    "UTF-8".equals(System.getProperty("sun.jnu.encoding"))
                            ? "MESSAGE is not valid UTF-8"
                            : "MESSAGE cannot be read in this locale: set LC_ALL=C.UTF-8");
        }
    }

    private ParameterException usageError(String message) {
        return new ParameterException(spec.commandLine(), message);
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

    static final class ActionConverter implements ITypeConverter<Action> {
        @Override
        public Action convert(String value) {
            return Action.named(value)
                    .orElseThrow(() -> new TypeConversionException(
                            "there is no action '" + value + "'; there are " + Action.names()));
        }
    }
}
