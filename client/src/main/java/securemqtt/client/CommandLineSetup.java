package securemqtt.client;

import io.quarkus.picocli.runtime.PicocliCommandLineFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;
import securemqtt.startup.UnforeseenFailure;

/** How the command line behaves beside its options: what counts as an argument, and what the user sees of errors. */
@ApplicationScoped
class CommandLineSetup {
    @Produces
    CommandLine commandLine(PicocliCommandLineFactory factory) {
        return setUp(factory.create(), new EnvironmentDefaults(System.getenv()));
    }

    static CommandLine setUp(CommandLine commandLine, EnvironmentDefaults defaults) {
        return commandLine
                .setDefaultValueProvider(defaults)
                // A message that begins with @ is a message, not the name of a file.
                .setExpandAtFiles(false)
                .setParameterExceptionHandler((e, arguments) -> wrongArguments(e, arguments, defaults))
                .setExecutionExceptionHandler(CommandLineSetup::internalError);
    }

    private static int wrongArguments(ParameterException e, String[] arguments, EnvironmentDefaults defaults) {
        CommandLine commandLine = e.getCommandLine();
        commandLine.getErr().println(SecureMqttClient.NAME + ": error: " + e.getMessage());
        hint(e, arguments, defaults)
                .ifPresent(hint -> commandLine.getErr().println(SecureMqttClient.NAME + ": hint: " + hint));
        Help help = commandLine.getHelp();
        commandLine.getErr().print(help.synopsisHeading() + help.synopsis(help.synopsisHeadingLength()));
        commandLine.getErr().println(SecureMqttClient.NAME + " --help tells more.");
        return ExitCode.USAGE.status();
    }

    private static Optional<String> hint(ParameterException e, String[] arguments, EnvironmentDefaults defaults) {
        Optional<String> variables = variablesOf(e, defaults);
        if (variables.isPresent()) {
            return Optional.of("in the environment there is " + variables.get());
        }
        boolean missing = e instanceof MissingParameterException;
        boolean unmatched = e instanceof UnmatchedArgumentException;
        if ((missing || unmatched) && Arrays.stream(arguments).anyMatch(argument -> argument.startsWith("-"))) {
            return Optional.of("put -- in front of NETID if MESSAGE begins with a dash");
        }
        return unmatched ? Optional.of("put quotes around a MESSAGE of several words") : Optional.empty();
    }

    /** The variables of the options that the error tells of, be it by their names or by what their values are called. */
    private static Optional<String> variablesOf(ParameterException e, EnvironmentDefaults defaults) {
        return e.getCommandLine().getCommandSpec().options().stream()
                .filter(option -> e.getMessage().contains(option.longestName())
                        || e.getMessage().startsWith(option.paramLabel() + " "))
                .flatMap(option -> defaults.source(option).stream())
                .reduce((one, other) -> one + ", " + other);
    }

    private static int internalError(Exception e, CommandLine commandLine, ParseResult parsed) {
        new UnforeseenFailure(SecureMqttClient.NAME).afterStart(e);
        return ExitCode.INTERNAL_ERROR.status();
    }
}
