package securemqtt.responder;

import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import securemqtt.broker.Login;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.NetId;
import securemqtt.responder.broker.embedded.EmbeddedBroker;
import securemqtt.responder.exchange.IdentityFile;
import securemqtt.responder.settings.Credentials;
import securemqtt.responder.settings.ResponderConfig;
import securemqtt.responder.settings.Settings;
import securemqtt.startup.EntryPoint;
import securemqtt.startup.UnforeseenFailure;

/**
 * The command line. It is read before Quarkus starts, because Quarkus connects to the broker at once: by then the
 * settings have to be known, and an embedded broker has to listen.
 */
@QuarkusMain
@Command(
        name = SecureMqttResponder.NAME,
        customSynopsis = SecureMqttResponder.NAME + " [--help] [--version] [-v] [-h HOST] [-p PORT]%n"
                + "                             [--netid NETID] [--embedded-broker]%n"
                + "                             [--tls] [--cafile FILE]%n"
                + "                             [--username NAME] [--password-file FILE]%n"
                + "                             [--identity FILE | --new-identity FILE]%n"
                + "                             [--log-format FORMAT]%n"
                + "                             [--management-port PORT] [--management-host HOST]",
        description = {"Answers clients of the secure MQTT exchange until it is stopped.", ""},
        versionProvider = Version.class,
        modelTransformer = SecureMqttResponder.ExitCodes.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n")
public final class SecureMqttResponder implements Callable<Integer> {
    static final String NAME = "secure_mqtt_responder";

    @Option(names = "--help", usageHelp = true, description = "Print this text and exit.")
    boolean help;

    @Option(
            names = "--version",
            versionHelp = true,
            description = "Print the version and exit; with -v also which Java runs it, and whether from an archive.")
    boolean version;

    @Option(
            names = {"-v", "--verbose"},
            description = "Tell each step, with the keys' fingerprints.")
    boolean verbose;

    @Option(
            names = {"-h", "--host"},
            paramLabel = "HOST",
            description = "The broker's host (default: localhost).")
    String host;

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            description = "The broker's port (default: 1884). 0 makes an embedded broker take a free one.")
    Integer port;

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

    @Option(names = "--tls", description = "Connect by TLS, and trust the authorities that the Java runtime trusts.")
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

    @Option(
            names = "--identity",
            paramLabel = "FILE",
            description =
                    "Use the lasting key in this file, so that clients can pin it, instead of a fresh one for every"
                            + " session.")
    Path identity;

    @Option(
            names = "--new-identity",
            paramLabel = "FILE",
            description = "Make such a key and its file, print its fingerprint and exit.")
    Path newIdentity;

    @Option(
            names = "--log-format",
            paramLabel = "FORMAT",
            description = "How log lines are written: ${COMPLETION-CANDIDATES} (default: text).")
    ResponderConfig.LogFormat logFormat;

    @Option(
            names = "--management-port",
            paramLabel = "PORT",
            description =
                    "Serve health (/q/health) and metrics (/q/metrics) by HTTP at this port (default: not at all)."
                            + " 0 takes a free one.")
    Integer managementPort;

    @Option(
            names = "--management-host",
            paramLabel = "HOST",
            description = "The name or address on which the management port is open (default: localhost).")
    String managementHost;

    @Spec
    CommandSpec spec;

    public static void main(String... arguments) {
        // First, as a signal may come at any moment.
        Shutdown.install();
        int status;
        try {
            status = run(arguments);
        } catch (Throwable e) {
            // Picocli handles exceptions only. For the others the JVM would print a stack trace.
            new UnforeseenFailure(NAME).atStart("the service", e);
            status = ExitCode.INTERNAL_ERROR.status();
        }
        Shutdown.exit(status);
    }

    private static int run(String... arguments) throws IOException {
        EntryPoint.prepare();
        keepLibrariesQuiet();
        CommandLine commandLine = new CommandLine(new SecureMqttResponder())
                .setExpandAtFiles(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(SecureMqttResponder::wrongArguments)
                .setExecutionExceptionHandler(SecureMqttResponder::internalError);
        return commandLine.execute(arguments);
    }

    /**
     * Applies until Quarkus sets up the log from application.properties. If Quarkus cannot start, it never does so, and its
     * container prints a stack trace that only repeats the failure.
     */
    private static void keepLibrariesQuiet() {
        Logger.getLogger("io.quarkus.arc").setLevel(Level.OFF);
        Logger.getLogger("org.apache.activemq").setLevel(Level.SEVERE);
    }

    @Override
    public Integer call() {
        if (newIdentity != null) {
            return makeIdentity();
        }
        ResponderConfig settings = settings();
        Credentials credentials = credentials(settings);
        try {
            if (!settings.embeddedBroker()) {
                return Service.run(settings, credentials, settings.host(), settings.port());
            }
            try (EmbeddedBroker broker = EmbeddedBroker.start(settings.host(), settings.port())) {
                return Service.run(settings, credentials, broker.host(), broker.port());
            }
        } catch (IOException e) {
            return fail(
                    ExitCode.NO_EMBEDDED_BROKER,
                    "the embedded broker: " + e.getMessage(),
                    "see that -h names this computer and -p a free port; -p 0 takes any free one");
        } catch (Service.NoManagementPortException e) {
            return fail(
                    ExitCode.NO_MANAGEMENT_PORT,
                    "the management port: " + e.getMessage(),
                    "see that --management-host names this computer and --management-port a free port;"
                            + " 0 takes any free one");
        } catch (Service.ServiceFailedException e) {
            if (Shutdown.isUnderWay()) {
                return ExitCode.STOPPED.status();
            }
            new UnforeseenFailure(NAME).atStart("the service", e);
            return ExitCode.INTERNAL_ERROR.status();
        }
    }

    private Integer makeIdentity() {
        if (identity != null) {
            throw new ParameterException(spec.commandLine(), "either --identity or --new-identity, not both");
        }
        checkNotEmpty("new-identity", newIdentity);
        Shutdown.signalIsFailure();
        try {
            DhKeyPair made = IdentityFile.create(newIdentity, new SecureRandom());
            PrintWriter out = spec.commandLine().getOut();
            out.println(made.publicKey().fingerprint());
            // Picocli writes through a writer that hides errors of System.out.
            if (out.checkError() || System.out.checkError()) {
                return fail(
                        ExitCode.INTERNAL_ERROR,
                        "the fingerprint of " + newIdentity + " could not be written to standard output",
                        "the file is made; openssl pkey -in FILE -pubout -outform DER | sha256sum shows its fingerprint");
            }
            return ExitCode.STOPPED.status();
        } catch (IllegalArgumentException e) {
            throw usageError(e);
        }
    }

    private ResponderConfig settings() {
        Map<String, String> given = new HashMap<>();
        put(given, "host", host);
        put(given, "port", port);
        put(given, "netid", netId);
        put(given, "embedded-broker", embeddedBroker);
        put(given, "tls", tls);
        put(given, "cafile", caFile);
        put(given, "username", username);
        put(given, "password-file", passwordFile);
        put(given, "identity", identity);
        put(given, "verbose", verbose);
        put(given, "log-format", logFormat);
        put(given, "management-port", managementPort);
        put(given, "management-host", managementHost);
        try {
            return Settings.read(given);
        } catch (IllegalArgumentException e) {
            throw usageError(e);
        }
    }

    private Credentials credentials(ResponderConfig settings) {
        try {
            return Credentials.read(settings, System.getenv(Login.PASSWORD_VARIABLE));
        } catch (IllegalArgumentException e) {
            throw usageError(e);
        }
    }

    private ParameterException usageError(IllegalArgumentException e) {
        return new ParameterException(spec.commandLine(), e.getMessage(), e);
    }

    /** @param value null, or false for an option without a value, if the option was not given */
    private void put(Map<String, String> given, String name, Object value) {
        if (value == null || value.equals(false)) {
            return;
        }
        // Settings that are empty count as not given: --cafile '' would mean no TLS.
        checkNotEmpty(name, value);
        given.put(name, value.toString());
    }

    private void checkNotEmpty(String name, Object value) {
        if (value.toString().isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--" + name + " must not be empty");
        }
    }

    private int fail(ExitCode exitCode, String problem, String hint) {
        spec.commandLine().getErr().println(NAME + ": error: " + problem);
        spec.commandLine().getErr().println(NAME + ": hint: " + hint);
        return exitCode.status();
    }

    private static int internalError(Exception e, CommandLine commandLine, ParseResult parsed) {
        new UnforeseenFailure(NAME).afterStart(e);
        return ExitCode.INTERNAL_ERROR.status();
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
