package securemqtt.responder;

import java.nio.file.Path;
import java.security.SecureRandom;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import securemqtt.responder.exchange.SessionsSecret;
import securemqtt.startup.ValueChecks;

/** Makes the file with the secret that seals the sessions in Redis. */
final class NewSessionsSecret {
    private NewSessionsSecret() {}

    /**
     * @param file the file to make
     * @return the exit status
     * @throws ParameterException if the file cannot be made
     */
    static int make(CommandSpec command, Path file) {
        Shutdown.signalIsFailure();
        try {
            ValueChecks.checkNotEmpty(SessionsSecret.NEW_OPTION, file.toString());
            SessionsSecret.create(file, new SecureRandom());
            return ExitCode.SUCCESS.status();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }
}
