package securemqtt.responder.check;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import securemqtt.startup.commandline.CommandErrors;
import securemqtt.startup.commandline.ExitCodeList;

/** The command line of {@code check}. */
@Command(
        name = "check",
        description = {
            "Runs somebody's client through cases of its own, with a broker and a responder of its own, and tells which"
                    + " it passes.",
            ""
        },
        modelTransformer = CheckCommand.ExitCodes.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n")
public final class CheckCommand implements Callable<Integer> {
    @Option(names = "--help", usageHelp = true, description = "Print this text and exit.")
    boolean help;

    @Option(names = "--list", description = "List the cases and exit.")
    boolean list;

    @Option(names = "--only", paramLabel = "ID", description = "Play only this case. Repeat the option for several.")
    List<String> only = new ArrayList<>();

    @Option(
            names = "--jobs",
            paramLabel = "N",
            description = "How many cases to play at once (default: one for each processor).")
    Integer jobs;

    @Parameters(
            paramLabel = "COMMAND",
            arity = "0..*",
            description = "The client: a program and its first arguments. Those of the lab follow them.")
    List<String> command = new ArrayList<>();

    @Spec
    CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        List<CheckCase> cases = chosen();
        if (list) {
            cases.forEach(one -> spec.commandLine()
                    .getOut()
                    .printf("%-10s  %-24s  %s%n", one.kind().id(), one.id(), one.sentence()));
            return CheckExitCode.PASSED.status();
        }
        if (command.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "COMMAND is missing: check -- python3 my_client.py");
        }
        if (jobs != null && jobs < 1) {
            throw new ParameterException(spec.commandLine(), "--jobs must be at least 1, not " + jobs);
        }
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        try {
            return check(cases, vertx);
        } finally {
            vertx.close();
        }
    }

    private int check(List<CheckCase> cases, Vertx vertx) throws InterruptedException {
        TerminalReport terminal = new TerminalReport(spec.commandLine().getOut(), false);
        List<CheckResult> results = new ArrayList<>();
        try {
            int most = jobs == null ? Runtime.getRuntime().availableProcessors() : jobs;
            new CheckRunner(command, vertx, most).run(cases, result -> {
                results.add(result);
                terminal.ended(result);
            });
        } catch (CheckRunner.NotRunnableException e) {
            return CommandErrors.fail(
                    spec,
                    CheckExitCode.NOT_RUNNABLE,
                    e.getMessage(),
                    "give the program with its path, and after it the arguments that it needs to start");
        }
        results.sort(Comparator.comparingInt(result -> cases.indexOf(result.check())));
        Report report = new Report(command, results);
        terminal.finished(report);
        return (report.count(CheckCase.Kind.LAB, CheckResult.Outcome.FAIL) == 0
                        ? CheckExitCode.PASSED
                        : CheckExitCode.FAILED)
                .status();
    }

    private List<CheckCase> chosen() {
        List<String> known = CheckList.all().stream().map(CheckCase::id).toList();
        for (String id : only) {
            if (!known.contains(id)) {
                throw new ParameterException(
                        spec.commandLine(), "--only: there is no case '" + id + "'; --list shows all");
            }
        }
        return CheckList.all().stream()
                .filter(one -> only.isEmpty() || only.contains(one.id()))
                .toList();
    }

    /** The exit codes for {@code --help} and the man page. */
    static final class ExitCodes extends ExitCodeList {
        ExitCodes() {
            super(CheckExitCode.values());
        }
    }
}
