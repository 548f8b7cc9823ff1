package securemqtt.client;

import io.quarkus.picocli.runtime.annotations.TopCommand;
import io.quarkus.runtime.ImageMode;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import securemqtt.protocol.Action;
import securemqtt.protocol.ExchangeSteps;
import securemqtt.protocol.NetId;
import securemqtt.startup.UnforeseenFailure;
import securemqtt.startup.ValueChecks;
import securemqtt.startup.commandline.BrokerOptions;
import securemqtt.startup.commandline.ExitCodeList;
import securemqtt.startup.commandline.Flag;
import securemqtt.startup.commandline.NetIdConverter;
import securemqtt.startup.commandline.ShowSecretsOption;
import securemqtt.startup.commandline.StandardOptions;
import securemqtt.startup.commandline.Version;

/** The command line of the client. It declares the options, and puts a run together from them. */
@TopCommand
@Command(
        name = SecureMqttClient.NAME,
        customSynopsis = SecureMqttClient.NAME + " [--help] [--version] [-v] [-h HOST] [-p PORT]%n"
                + "                          [--timeout SECONDS] [--max-answer BYTES]%n"
                + "                          [--pin FINGERPRINT]... [--tls] [--cafile FILE]%n"
                + "                          [--username NAME] [--password-file FILE]%n"
                + "                          [--show-secrets]%n"
                + "                          NETID ACTION (MESSAGE | --stdin)",
        description = {"Sends MESSAGE to a responder over MQTT, encrypted end to end, and prints its answer.", ""},
        versionProvider = Version.class,
        modelTransformer = SecureMqttClient.ExitCodes.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        footer = {
            "",
            "Only the answer goes to standard output, everything else to standard error.",
            "Put -- in front of NETID if MESSAGE begins with a dash.",
            "Environment variables set options too: SECURE_MQTT_CAFILE=FILE is",
            "--cafile FILE, SECURE_MQTT_TLS=true is --tls, and so on. The command line",
            "overrides them.",
            "",
            "Example:",
            "  " + SecureMqttClient.NAME + " le0nh4rt uppercase \"Networking is the best!\""
        })
final class SecureMqttClient implements Callable<Integer> {
    static final String NAME = "secure_mqtt_client";
    static final String STDIN = "--stdin";

    /** The token of a text of this length fits into 4 MiB, the longest packet that our responder accepts. */
    private static final int MAX_TEXT_LENGTH = 2 * 1024 * 1024;

    /** One day. In milliseconds it fits into an int. */
    private static final int MAX_TIMEOUT_SECONDS = 24 * 60 * 60;

    @Mixin
    StandardOptions standardOptions = new StandardOptions();

    @Option(
            names = {"-v", "--verbose"},
            fallbackValue = Flag.GIVEN,
            description = "Print each step to standard error, with the keys' fingerprints.")
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
            description =
                    "Give up after this many seconds in all, standard input included (default: ${DEFAULT-VALUE}).")
    int timeoutSeconds;

    @Option(
            names = {"-s", STDIN},
            description = "Read the message from standard input, to its end and unchanged; at most 2 MiB.")
    boolean stdin;

    @Option(
            names = "--pin",
            paramLabel = "FINGERPRINT",
            split = ",",
            converter = FingerprintConverter.class,
            description = "Accept the responder's key only if it has this fingerprint, as -v prints it. Repeat"
                    + " the option, or separate fingerprints by commas, to accept several.")
    Set<String> pins = new LinkedHashSet<>();

    @Option(
            names = "--max-answer",
            paramLabel = "BYTES",
            defaultValue = "1048576",
            description = "The longest answer to accept (default: ${DEFAULT-VALUE}).")
    int maxAnswerLength;

    @Mixin
    BrokerOptions brokerOptions = new BrokerOptions();

    @Mixin
    ShowSecretsOption showSecretsOption = new ShowSecretsOption();

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
            completionCandidates = ActionConverter.Names.class,
            description = "One of ${COMPLETION-CANDIDATES}.")
    Action action;

    @Parameters(
            index = "2",
            arity = "0..1",
            paramLabel = "MESSAGE",
            description = "The text; may be empty. Not with --stdin.")
    String message;

    @Spec
    CommandSpec spec;

    private final InterruptHandler interruptHandler;

    SecureMqttClient(InterruptHandler interruptHandler) {
        this.interruptHandler = interruptHandler;
    }

    @Override
    public Integer call() throws InterruptedException {
        long start = MonotonicClock.SYSTEM.nanos();
        checkArguments();
        Terminal terminal = new Terminal(NAME, spec.commandLine().getErr(), verbose, MonotonicClock.SYSTEM, start);
        if (showSecretsOption.isGiven()) {
            terminal.warn(ExchangeSteps.WARNING);
        }
        try {
            return run(start, terminal).status();
        } catch (Input.InputException e) {
            Failure failure = e.failure();
            if (failure.exitCode() == ExitCode.USAGE) {
                throw usageError(failure.problem());
            }
            terminal.error(failure.problem(), failure.hint());
            return failure.exitCode().status();
        } catch (OutOfMemoryError e) {
            terminal.error(
                    "there is not enough memory",
                    ImageMode.current() == ImageMode.NATIVE_RUN
                            ? "end other programs, or send a shorter text"
                            : "give Java more, such as JDK_JAVA_OPTIONS=-Xmx512m");
            return ExitCode.INTERNAL_ERROR.status();
        } catch (Error e) {
            // Picocli does not handle errors.
            new UnforeseenFailure(NAME).reportInternalError(e);
            return ExitCode.INTERNAL_ERROR.status();
        }
    }

    private ExitCode run(long start, Terminal terminal) throws Input.InputException, InterruptedException {
        SecureRandom random = new SecureRandom();
        KeyPairs keyPairs = KeyPairs.take();
        Input input = new Input(MonotonicClock.SYSTEM, start, timeoutSeconds);
        // An IPv6 address may have brackets around it, as in a URL.
        String address = host.replaceAll("^\\[(.*)]$", "$1");
        BrokerFiles files = new BrokerFiles(brokerOptions, input);
        Broker broker = Broker.of(address, port, files.trust(), files.login());
        byte[] text = stdin ? input.standardInput(MAX_TEXT_LENGTH) : message.getBytes(StandardCharsets.UTF_8);
        ExchangeRequest request = new ExchangeRequest(
                netId, action, text, Set.copyOf(pins), maxAnswerLength, showSecretsOption.isGiven());
        Exchange exchange = new Exchange(request, keyPairs, InstantSource.system(), random);
        // System.out would hide write errors.
        FileOutputStream stdout = new FileOutputStream(FileDescriptor.out);
        ClientRun run = new ClientRun(
                exchange,
                timeoutSeconds,
                start,
                MonotonicClock.SYSTEM,
                terminal,
                stdout,
                events -> new MqttConnection(broker, netId, request.maxMessageLength(), events));
        interruptHandler.register(run);
        return run.execute();
    }

    private void checkArguments() {
        try {
            ArgumentChecks.checkHost(host);
            ValueChecks.checkRange("PORT", port, 1, ValueChecks.MAX_PORT);
            ValueChecks.checkRange("SECONDS", timeoutSeconds, 1, MAX_TIMEOUT_SECONDS);
            ValueChecks.checkRange("BYTES", maxAnswerLength, 0, Integer.MAX_VALUE);
            ArgumentChecks.checkMessage(message, stdin);
        } catch (IllegalArgumentException e) {
            throw usageError(e.getMessage());
        }
    }

    private ParameterException usageError(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** The exit codes for {@code --help} and the man page. */
    static final class ExitCodes extends ExitCodeList {
        ExitCodes() {
            super(ExitCode.values());
        }
    }
}
