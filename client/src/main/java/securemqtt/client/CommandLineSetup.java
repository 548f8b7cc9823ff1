package securemqtt.client;

import io.quarkus.picocli.runtime.PicocliCommandLineFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;
import securemqtt.startup.commandline.CommandErrors;

/** Configures Picocli for the client: the defaults from the environment, and the hints for wrong arguments. */
@ApplicationScoped
class CommandLineSetup {
    @Produces
    CommandLine commandLine(PicocliCommandLineFactory factory) {
        return setUp(factory.create(), new EnvironmentDefaults(System.getenv()));
    }

    static CommandLine setUp(CommandLine commandLine, EnvironmentDefaults defaults) {
        CommandErrors errors = new CommandErrors(
                ExitCode.USAGE, ExitCode.INTERNAL_ERROR, (e, arguments) -> hint(e, arguments, defaults));
        return errors.reportFor(commandLine)
                .setDefaultValueProvider(defaults)
                // A message that begins with @ is a message, not the name of a file.
                .setExpandAtFiles(false);
    }

    private static Optional<String> hint(ParameterException e, String[] arguments, EnvironmentDefaults defaults) {
        Optional<String> variables = variablesOf(e, defaults);
        if (variables.isPresent()) {
            return Optional.of("set in the environment: " + variables.get());
        }
        boolean missing = e instanceof MissingParameterException;
        boolean unmatched = e instanceof UnmatchedArgumentException;
        if ((missing || unmatched) && Arrays.stream(arguments).anyMatch(argument -> argument.startsWith("-"))) {
            return Optional.of("put -- in front of NETID if MESSAGE begins with a dash");
        }
        return unmatched ? Optional.of("put quotes around a MESSAGE of several words") : Optional.empty();
    }

    /** The variables of the options that the error names, either by the option or by the label of its value. */
    private static Optional<String> variablesOf(ParameterException e, EnvironmentDefaults defaults) {
        return e.getCommandLine().getCommandSpec().options().stream()
                .filter(option -> e.getMessage().contains(option.longestName())
                        || e.getMessage().startsWith(option.paramLabel() + " "))
                .flatMap(option -> defaults.source(option).stream())
                .reduce((one, other) -> one + ", " + other);
    }
}
