package securemqtt.responder;

import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import securemqtt.responder.broker.embedded.EmbeddedBroker;
import securemqtt.responder.settings.Credentials;
import securemqtt.responder.settings.ResponderConfig;
import securemqtt.startup.UnforeseenFailure;
import securemqtt.startup.commandline.CommandErrors;

/**
 * Starts the embedded broker, if the settings ask for one, and the service. It reports why one of them did not start.
 */
final class ServiceStart {
    private final CommandSpec command;
    private final ResponderConfig settings;

    ServiceStart(CommandSpec command, ResponderConfig settings) {
        this.command = command;
        this.settings = settings;
    }

    /**
     * Runs the service until it ends.
     *
     * @return the exit status
     * @throws ParameterException if the credentials are unusable
     */
    int run() {
        Credentials credentials = credentials();
        try {
            if (!settings.embeddedBroker()) {
                return Service.run(settings, credentials, settings.host(), settings.port());
            }
            try (PublishWatch watch = new PublishWatch();
                    EmbeddedBroker broker = settings.noDiagnosis()
                            ? EmbeddedBroker.start(settings.host(), settings.port())
                            : EmbeddedBroker.start(settings.host(), settings.port(), watch)) {
                Service.watch(watch);
                return Service.run(settings, credentials, broker.host(), broker.port());
            }
        } catch (IOException e) {
            return CommandErrors.fail(
                    command,
                    ExitCode.NO_EMBEDDED_BROKER,
                    "the embedded broker: " + e.getMessage(),
                    "check that -h names this computer and -p a free port; -p 0 takes any free one");
        } catch (Service.NoPortException e) {
            return CommandErrors.fail(
                    command,
                    e.exitCode(),
                    "the " + e.name() + " port: " + e.getMessage(),
                    "check that --" + e.name() + "-host names this computer and --" + e.name() + "-port a free port;"
                            + " 0 takes any free one");
        } catch (Service.ServiceFailedException e) {
            if (Shutdown.isUnderWay()) {
                return ExitCode.SUCCESS.status();
            }
            new UnforeseenFailure(SecureMqttResponder.NAME).reportStartFailure("the service", e);
            return ExitCode.INTERNAL_ERROR.status();
        }
    }

    private Credentials credentials() {
        try {
            return Credentials.read(settings, System.getenv());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }
}
