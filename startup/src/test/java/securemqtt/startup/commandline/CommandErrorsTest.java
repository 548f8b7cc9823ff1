package securemqtt.startup.commandline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

class CommandErrorsTest {
    private final StringWriter errors = new StringWriter();

    @Test
    void theErrorAndTheHintComeBeforeTheUsage() {
        assertEquals(2, run("--unknown"));

        assertEquals(
                List.of(
                        "program: error: Unknown option: '--unknown'",
                        "program: hint: 1 argument",
                        "Usage: program [options]",
                        "program --help explains the options."),
                lines());
    }

    @Test
    void anErrorOfASubcommandShowsTheUsageOfTheSubcommand() {
        assertEquals(2, run("check", "--unknown"));

        assertEquals("program: error: Unknown option: '--unknown'", lines().get(0));
        assertEquals("Usage: program check", lines().get(2));
        assertEquals("program check --help explains the options.", lines().get(3));
    }

    @Test
    void aSubcommandReportsAFailureInTheNameOfTheProgram() {
        assertEquals(7, run("check"));

        assertEquals(List.of("program: error: it is broken", "program: hint: repair it"), lines());
    }

    @Test
    void theVersionIsThatOfTheProgram() {
        StringWriter printed = new StringWriter();

        assertEquals(0, commandLine().setOut(new PrintWriter(printed, true)).execute("--version"));

        assertTrue(printed.toString().startsWith("program "), printed.toString());
    }

    private int run(String... arguments) {
        return commandLine().setErr(new PrintWriter(errors, true)).execute(arguments);
    }

    private static CommandLine commandLine() {
        CommandErrors.Hints hints =
                (e, arguments) -> Optional.of(arguments.length + (arguments.length == 1 ? " argument" : " arguments"));
        return new CommandErrors(Code.USAGE, Code.INTERNAL_ERROR, hints).reportFor(new CommandLine(new Program()));
    }

    private List<String> lines() {
        return errors.toString().lines().toList();
    }

    private enum Code implements ProgramExitCode {
        INTERNAL_ERROR(1),
        USAGE(2),
        BROKEN(7);

        private final int status;

        Code(int status) {
            this.status = status;
        }

        @Override
        public int status() {
            return status;
        }

        @Override
        public String meaning() {
            return "";
        }
    }

    @Command(
            name = "program",
            customSynopsis = "program [options]",
            versionProvider = Version.class,
            subcommands = Check.class)
    private static final class Program implements Callable<Integer> {
        @Mixin
        StandardOptions options = new StandardOptions();

        @Override
        public Integer call() {
            return 0;
        }
    }

    @Command(name = "check")
    private static final class Check implements Callable<Integer> {
        @Spec
        CommandSpec spec;

        @Override
        public Integer call() {
            return CommandErrors.fail(spec, Code.BROKEN, "it is broken", "repair it");
        }
    }
}
