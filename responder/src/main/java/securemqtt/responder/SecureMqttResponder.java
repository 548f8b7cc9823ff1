package securemqtt.responder;

import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.Spec;
import securemqtt.protocol.NetId;
import securemqtt.responder.check.CheckCommand;
import securemqtt.responder.settings.ResponderConfig;
import securemqtt.startup.EntryPoint;
import securemqtt.startup.UnforeseenFailure;
import securemqtt.startup.commandline.BrokerOptions;
import securemqtt.startup.commandline.CommandErrors;
import securemqtt.startup.commandline.ExitCodeList;
import securemqtt.startup.commandline.NetIdConverter;
import securemqtt.startup.commandline.ShowSecretsOption;
import securemqtt.startup.commandline.StandardOptions;
import securemqtt.startup.commandline.Version;

/**
 * The first class that the JVM runs, and the command line of the responder. Without a subcommand it runs the service.
 *
 * <p>To add a subcommand, write a class with {@code @Command}, and name it in {@code subcommands} of this class.
 *
 * <p>The command line is read before Quarkus starts. Quarkus connects to the broker at once, so the settings must be
 * known and an embedded broker must be listening by then. {@link GivenSettings} takes the options from Picocli, so
 * that most of their fields are never read.
 */
@QuarkusMain
@Command(
        name = SecureMqttResponder.NAME,
        customSynopsis = SecureMqttResponder.NAME + " [--help] [--version] [-v] [-h HOST] [-p PORT]%n"
                + "                             [--netid NETID] [--embedded-broker]%n"
                + "                             [--tls] [--cafile FILE]%n"
                + "                             [--username NAME] [--password-file FILE]%n"
                + "                             [--identity FILE | --new-identity FILE]%n"
                + "                             [--no-diagnosis] [--leading-zero] [--show-secrets]%n"
                + "                             [--log-format FORMAT]%n"
                + "                             [--management-port PORT] [--management-host HOST]%n"
                + "                             [--page-port PORT] [--page-host HOST]%n"
                + "                             [--sessions URL --sessions-secret-file FILE]%n"
                + "                             [--sessions-cafile FILE]%n"
                + "                             [--sessions-password-file FILE]%n"
                + "                             [--group NAME] [--new-sessions-secret FILE]%n"
                + "       " + SecureMqttResponder.NAME + " explain --private FILE --peer FILE [--token FILE]%n"
                + "       " + SecureMqttResponder.NAME + " check [OPTION]... -- COMMAND [ARG]...",
        description = {"Answers clients of the secure MQTT exchange until it is stopped.", ""},
        versionProvider = Version.class,
        modelTransformer = SecureMqttResponder.ExitCodes.class,
        sortOptions = false,
        subcommands = {CheckCommand.class, Explain.class},
        commandListHeading = "%nCommands:%n",
        exitCodeListHeading = "%nExit codes:%n")
public final class SecureMqttResponder implements Callable<Integer> {
    static final String NAME = "secure_mqtt_responder";

    @Mixin
    StandardOptions standardOptions = new StandardOptions();

    @Option(
            names = {"-v", "--verbose"},
            description = "Log each step, with the keys' fingerprints.")
    boolean verbose;

    @Option(
            names = {"-h", "--host"},
            paramLabel = "HOST",
            description = "The broker's host (default: localhost).")
    String host;

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            description = "The broker's port (default: 1884). With --embedded-broker, 0 takes a free port.")
    Integer port;

    @Option(
            names = "--netid",
            paramLabel = "NETID",
            converter = NetIdConverter.class,
            description = "Answer only this NetID (default: all).")
    NetId netId;

    @Option(
            names = "--embedded-broker",
            description = "Start an MQTT broker at HOST:PORT in this process, in memory only.")
    boolean embeddedBroker;

    @Mixin
    BrokerOptions brokerOptions = new BrokerOptions();

    @Option(
            names = "--identity",
            paramLabel = "FILE",
            description =
                    "Use the key pair in this file for every session, instead of a new one for each, so that clients"
                            + " can pin its fingerprint.")
    Path identity;

    @Option(
            names = "--new-identity",
            paramLabel = "FILE",
            description = "Create such a file with a new key pair, print its fingerprint and exit.")
    Path newIdentity;

    @Option(names = "--no-diagnosis", description = "Do not find out which mistakes a refused message shows.")
    boolean noDiagnosis;

    @Option(
            names = "--leading-zero",
            description = "Choose key pairs so that every shared secret begins with a zero byte. Use it to test"
                    + " whether a client keeps that byte. Otherwise only one run in 256 has such a secret.")
    boolean leadingZero;

    @Mixin
    ShowSecretsOption showSecretsOption = new ShowSecretsOption();

    @Option(
            names = "--log-format",
            paramLabel = "FORMAT",
            description = "The format of log lines: ${COMPLETION-CANDIDATES} (default: text).")
    ResponderConfig.LogFormat logFormat;

    @Option(
            names = "--management-port",
            paramLabel = "PORT",
            description = "Serve health (/q/health) and metrics (/q/metrics) by HTTP on this port (default: none)."
                    + " 0 takes a free port.")
    Integer managementPort;

    @Option(
            names = "--management-host",
            paramLabel = "HOST",
            description = "The name or address on which the management port listens (default: localhost).")
    String managementHost;

    @Option(
            names = "--page-port",
            paramLabel = "PORT",
            description = "Show the exchanges live on a page, by HTTP on this port (default: none). The log has the"
                    + " page's address. 0 takes a free port.")
    Integer pagePort;

    @Option(
            names = "--page-host",
            paramLabel = "HOST",
            description = "The name or address on which the page's port listens (default: localhost). Everybody who"
                    + " has the page's address can read all texts.")
    String pageHost;

    @Option(
            names = "--sessions",
            paramLabel = "URL",
            description = "Keep the sessions in this Redis, redis://HOST:PORT or rediss://HOST:PORT for TLS, so that"
                    + " several responders share them (default: in this process).")
    String sessions;

    @Option(
            names = "--sessions-secret-file",
            paramLabel = "FILE",
            description = "Encrypt the sessions in Redis with the secret in this file, the same for all responders.")
    Path sessionsSecretFile;

    @Option(
            names = "--new-sessions-secret",
            paramLabel = "FILE",
            description = "Create such a file with a new secret and exit.")
    Path newSessionsSecret;

    @Option(
            names = "--sessions-cafile",
            paramLabel = "FILE",
            description =
                    "With rediss://, trust only the certificate authorities in this PEM file (default: those of the"
                            + " Java runtime).")
    Path sessionsCafile;

    @Option(
            names = "--sessions-password-file",
            paramLabel = "FILE",
            description = "Give Redis the password in the first line of this file (default:"
                    + " SECURE_MQTT_SESSIONS_PASSWORD, or none).")
    Path sessionsPasswordFile;

    @Option(
            names = "--group",
            paramLabel = "NAME",
            description = "Share the requests with the other responders of this group; needs --sessions (default with"
                    + " --sessions: secure-mqtt).")
    String group;

    @Spec
    CommandSpec spec;

    public static void main(String... arguments) {
        // First, because a signal may come at any moment.
        Shutdown.install();
        int status;
        try {
            status = run(arguments);
        } catch (Throwable e) {
            // Picocli does not handle errors. The JVM would print a stack trace.
            new UnforeseenFailure(NAME).reportStartFailure("the service", e);
            status = ExitCode.INTERNAL_ERROR.status();
        }
        Shutdown.exit(status);
    }

    private static int run(String... arguments) throws IOException {
        EntryPoint.prepare();
        keepLibrariesQuiet();
        return commandLine().execute(arguments);
    }

    static CommandLine commandLine() {
        CommandLine commandLine = new CommandErrors(
                        ExitCode.USAGE, ExitCode.INTERNAL_ERROR, (e, arguments) -> Optional.empty())
                .reportFor(new CommandLine(new SecureMqttResponder()))
                .setExpandAtFiles(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionStrategy(SecureMqttResponder::execute);
        // The options after the first argument are those of somebody's client.
        commandLine.getSubcommands().get("check").setStopAtPositional(true);
        return commandLine;
    }

    /** Runs the service or a subcommand. Only for the service is a signal the usual end. */
    private static int execute(ParseResult arguments) {
        if (arguments.hasSubcommand()) {
            Shutdown.signalIsFailure();
        }
        return new RunLast().execute(arguments);
    }

    /**
     * Sets log levels for the time until Quarkus reads application.properties. If Quarkus cannot start, it never
     * reads that file, and its container prints a stack trace that only repeats the failure.
     */
    private static void keepLibrariesQuiet() {
        Logger.getLogger("io.quarkus.arc").setLevel(Level.OFF);
        Logger.getLogger("org.apache.activemq").setLevel(Level.SEVERE);
    }

    @Override
    public Integer call() {
        if (newIdentity != null && newSessionsSecret != null) {
            throw new ParameterException(
                    spec.commandLine(), "either --new-identity or --new-sessions-secret, not both");
        }
        if (newIdentity != null) {
            if (identity != null) {
                throw new ParameterException(spec.commandLine(), "either --identity or --new-identity, not both");
            }
            return NewIdentity.make(spec, newIdentity);
        }
        if (newSessionsSecret != null) {
            return NewSessionsSecret.make(spec, newSessionsSecret);
        }
        ResponderConfig settings = GivenSettings.read(spec);
        return new ServiceStart(spec, settings).run();
    }

    /** The exit codes for {@code --help} and the man page. */
    static final class ExitCodes extends ExitCodeList {
        ExitCodes() {
            super(ExitCode.values());
        }
    }
}
