package securemqtt.client;

import io.quarkus.picocli.runtime.annotations.TopCommand;
import io.quarkus.runtime.ImageMode;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import securemqtt.broker.Login;
import securemqtt.protocol.Action;
import securemqtt.protocol.NetId;
import securemqtt.startup.UnforeseenFailure;

/** The command line: reads the arguments and puts a run together. */
@TopCommand
@Command(
        name = SecureMqttClient.NAME,
        customSynopsis = SecureMqttClient.NAME + " [--help] [--version] [-v] [-h HOST] [-p PORT]%n"
                + "                          [--timeout SECONDS] [--max-answer BYTES]%n"
                + "                          [--pin FINGERPRINT]... [--tls] [--cafile FILE]%n"
                + "                          [--username NAME] [--password-file FILE]%n"
                + "                          NETID ACTION (MESSAGE | --stdin)",
        description = {"Sends MESSAGE to a responder over MQTT, encrypted end to end, and prints its answer.", ""},
        versionProvider = Version.class,
        modelTransformer = SecureMqttClient.ExitCodes.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        footer = {
            "",
            "Only the answer goes to standard output; all else goes to standard error.",
            "Put -- in front of NETID if MESSAGE begins with a dash.",
            "Options can also be set in the environment: SECURE_MQTT_CAFILE=FILE is",
            "--cafile FILE, SECURE_MQTT_TLS=true is --tls, and so on. One that is given",
            "counts for more.",
            "",
            "Example:",
            "  " + SecureMqttClient.NAME + " le0nh4rt uppercase \"Networking is the best!\""
        })
final class SecureMqttClient implements Callable<Integer> {
    static final String NAME = "secure_mqtt_client";
    static final String STDIN = "--stdin";

    /** Its token fits into the packets of 4 MiB that our responder takes; one that is larger would cut it off. */
    private static final int MAX_TEXT_LENGTH = 2 * 1024 * 1024;

    /** What a flag means that is given: not the contrary of its default, which the environment may have made true. */
    private static final String TRUE = "true";

    /** A day: beyond that it is a mistake, and in milliseconds it still is an int. */
    private static final int MAX_TIMEOUT_SECONDS = 24 * 60 * 60;

    @Option(names = "--help", usageHelp = true, description = "Print this text and exit.")
    boolean help;

    @Option(
            names = "--version",
            versionHelp = true,
            description = "Print the version and exit; with -v also which Java runs it, and whether from an archive.")
    boolean version;

    @Option(
            names = {"-v", "--verbose"},
            fallbackValue = TRUE,
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
            description =
                    "Give up after this many seconds in all, standard input included (default: ${DEFAULT-VALUE}).")
    int timeoutSeconds;

    @Option(
            names = {"-s", STDIN},
            description = "Take the message from standard input, all of it, as it is; at most 2 MiB.")
    boolean stdin;

    @Option(
            names = "--pin",
            paramLabel = "FINGERPRINT",
            split = ",",
            converter = FingerprintConverter.class,
            description =
                    "Accept the responder's key only if this is its fingerprint, in the form that -v shows. May be"
                            + " given several times, or be several with commas between.")
    Set<String> pins = new LinkedHashSet<>();

    @Option(
            names = "--max-answer",
            paramLabel = "BYTES",
            defaultValue = "1048576",
            description = "The longest answer that is accepted (default: ${DEFAULT-VALUE}).")
    int maxAnswerLength;

    @Option(
            names = "--tls",
            fallbackValue = TRUE,
            description = "Connect by TLS, and trust the authorities that the Java runtime trusts.")
    boolean tls;

    @Option(
            names = "--cafile",
            paramLabel = "FILE",
            description = "Connect by TLS, and trust the authorities in this PEM file only.")
    Path caFile;

    @Option(
            names = "--username",
            paramLabel = "NAME",
            description = "Give the broker this name, and the password in the environment variable "
                    + Login.PASSWORD_VARIABLE + " or in the file.")
    String username;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "Take the password from the first line of this file.")
    Path passwordFile;

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
            completionCandidates = ActionNames.class,
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

    private final Interruption interruption;

    SecureMqttClient(Interruption interruption) {
        this.interruption = interruption;
    }

    @Override
    public Integer call() throws InterruptedException {
        long start = Time.REAL.nanos();
        checkArguments();
        Terminal terminal = new Terminal(NAME, spec.commandLine().getErr(), verbose, Time.REAL, start);
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
            // Picocli handles exceptions only.
            new UnforeseenFailure(NAME).afterStart(e);
            return ExitCode.INTERNAL_ERROR.status();
        }
    }

    private ExitCode run(long start, Terminal terminal) throws Input.InputException, InterruptedException {
        SecureRandom random = new SecureRandom();
        KeyPairs keyPairs = KeyPairs.take();
        Input input = new Input(Time.REAL, start, timeoutSeconds);
        // An IPv6 address may have brackets around it, as in a URL.
        String address = host.replaceAll("^\\[(.*)]$", "$1");
        BrokerFiles files = new BrokerFiles(input);
        Broker.Trust trust = files.trust(tls, Optional.ofNullable(caFile));
        Optional<Login> login = files.login(Optional.ofNullable(username), Optional.ofNullable(passwordFile));
        Broker broker = Broker.of(address, port, trust, login);
        byte[] text = stdin ? input.standardInput(MAX_TEXT_LENGTH) : message.getBytes(StandardCharsets.UTF_8);
        Exchange.Wish wish = new Exchange.Wish(netId, action, text, Set.copyOf(pins), maxAnswerLength);
        Exchange exchange = new Exchange(wish, keyPairs, InstantSource.system(), random);
        // Not System.out, which swallows errors.
        FileOutputStream stdout = new FileOutputStream(FileDescriptor.out);
        Run run = new Run(
                exchange,
                timeoutSeconds,
                start,
                Time.REAL,
                terminal,
                stdout,
                events -> new MqttConnection(broker, netId, wish.longestMessage(), events));
        interruption.concerns(run);
        return run.toTheEnd();
    }

    private void checkArguments() {
        if (host.isBlank()) {
            throw usageError("HOST must not be empty");
        }
        if (host.contains("/") || host.indexOf(':') >= 0 && host.indexOf(':') == host.lastIndexOf(':')) {
            throw usageError("HOST is a name or an address alone, not '" + host + "'; -p takes the port");
        }
        checkRange("PORT", port, 1, 65535);
        checkRange("SECONDS", timeoutSeconds, 1, MAX_TIMEOUT_SECONDS);
        checkRange("BYTES", maxAnswerLength, 0, Integer.MAX_VALUE);
        if (stdin == (message != null)) {
            throw usageError(stdin ? "either MESSAGE or --stdin, not both" : "MESSAGE is missing, or --stdin");
        }
        // What the Java runtime makes of bytes that are not text in the locale it was started in. Nobody could tell it
        // from one that was typed; to send something else than was typed would be worse than to refuse that.
        if (!stdin && message.contains("\uFFFD")) {
            throw usageError(
                    "UTF-8".equals(System.getProperty("sun.jnu.encoding"))
                            ? "MESSAGE is not valid UTF-8; --stdin takes any bytes"
                            : "MESSAGE cannot be read in this locale: set LC_ALL=C.UTF-8");
        }
    }

    private void checkRange(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw usageError(name + " must be in " + least + ".." + most + ", not " + value);
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

    static final class FingerprintConverter implements ITypeConverter<String> {
        @Override
        public String convert(String value) {
            if (!value.matches("[0-9a-fA-F]{64}")) {
                throw new TypeConversionException("a fingerprint has 64 hexadecimal digits");
            }
            return value.toLowerCase(Locale.ROOT);
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

    static final class ActionNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(Action.values()).map(Action::wireName).iterator();
        }
    }

    /** Puts the exit codes into the model, of which both {@code --help} and the man page are made. */
    static final class ExitCodes implements IModelTransformer {
        @Override
        public CommandSpec transform(CommandSpec spec) {
            Map<String, String> codes = new LinkedHashMap<>();
            for (ExitCode code : ExitCode.values()) {
                codes.put(Integer.toString(code.status()), code.meaning());
            }
            spec.usageMessage().exitCodeList(codes);
            return spec;
        }
    }
}
