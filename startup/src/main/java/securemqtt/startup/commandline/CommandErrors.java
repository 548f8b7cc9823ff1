package securemqtt.startup.commandline;

import java.io.PrintWriter;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import securemqtt.startup.ErrorLines;
import securemqtt.startup.UnforeseenFailure;

/** Reports the errors of a program and of its subcommands on standard error, and chooses the exit code. */
public final class CommandErrors {
    private final ProgramExitCode usage;
    private final ProgramExitCode internalError;
    private final Hints hints;

    /** Hints for wrong command lines. */
    public interface Hints {
        /** @return empty if the error line says enough */
        Optional<String> hint(ParameterException e, String[] arguments);
    }

    /**
     * @param usage the exit code for a wrong command line
     * @param internalError the exit code for an exception that no command handles
     */
    public CommandErrors(ProgramExitCode usage, ProgramExitCode internalError, Hints hints) {
        this.usage = usage;
        this.internalError = internalError;
        this.hints = hints;
    }

    /** @return the same command line, which also has the subcommands already */
    public CommandLine reportFor(CommandLine commandLine) {
        return commandLine
                .setParameterExceptionHandler(this::usageError)
                .setExecutionExceptionHandler(this::internalError);
    }

    /**
     * Reports an error of a command that is running.
     *
     * @return the status, for the command to return
     */
    public static int fail(CommandSpec command, ProgramExitCode code, String problem, String hint) {
        String program = command.root().name();
        PrintWriter err = command.commandLine().getErr();
        err.println(ErrorLines.error(program, problem));
        err.println(ErrorLines.hint(program, hint));
        return code.status();
    }

    private int usageError(ParameterException e, String[] arguments) {
        CommandLine commandLine = e.getCommandLine();
        CommandSpec command = commandLine.getCommandSpec();
        String program = command.root().name();
        PrintWriter err = commandLine.getErr();
        err.println(ErrorLines.error(program, e.getMessage()));
        hints.hint(e, arguments).ifPresent(hint -> err.println(ErrorLines.hint(program, hint)));
        Help help = commandLine.getHelp();
        err.print(help.synopsisHeading() + help.synopsis(help.synopsisHeadingLength()));
        err.println(command.qualifiedName() + " --help explains the options.");
        return usage.status();
    }

    private int internalError(Exception e, CommandLine commandLine, ParseResult parsed) {
        new UnforeseenFailure(commandLine.getCommandSpec().root().name()).reportInternalError(e);
        return internalError.status();
    }
}
