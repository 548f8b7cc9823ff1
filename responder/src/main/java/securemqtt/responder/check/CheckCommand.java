package securemqtt.responder.check;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import securemqtt.startup.UnforeseenFailure;
import securemqtt.startup.commandline.CommandErrors;
import securemqtt.startup.commandline.ExitCodeList;

/** The command line of {@code check}. */
@Command(
        name = "check",
        customSynopsis = "secure_mqtt_responder check [--help] [--list] [--only ID]... [--jobs N]%n"
                + "                                   [--json FILE] [--junit FILE]%n"
                + "                                   [--report FILE]%n"
                + "                                   -- COMMAND [ARG]...",
        description = {
            "Checks a client, written in any language, and explains each failure.",
            "",
            "Runs COMMAND once or more for each case, with a broker and a responder of its own.",
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

    @Option(names = "--json", paramLabel = "FILE", description = "Write the results to this file, for programs.")
    Path json;

    @Option(
            names = "--junit",
            paramLabel = "FILE",
            description = "Write the results to this file as JUnit's XML, for continuous integration.")
    Path junit;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "Write the results to this file as HTML, with the packets of each case.")
    Path html;

    @Parameters(
            paramLabel = "COMMAND",
            arity = "0..*",
            description = "The client: a program, and arguments in front of those of the lab.")
    List<String> command = new ArrayList<>();

    @Spec
    CommandSpec spec;

    /** Only asked once the command runs, because Picocli makes this object at every start of the service. */
    private final Supplier<List<CheckCase>> all;

    /** Checks with the cases of {@link CheckList}. */
    public CheckCommand() {
        this(CheckList::all);
    }

    CheckCommand(Supplier<List<CheckCase>> all) {
        this.all = all;
    }

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
            throw usageError("COMMAND is missing: check -- python3 my_client.py");
        }
        if (jobs != null && jobs < 1) {
            throw usageError("--jobs must be at least 1, not " + jobs);
        }
        List<ReportFile> files = files();
        Thread.setDefaultUncaughtExceptionHandler(this::threadFailed);
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        try {
            return check(cases, files, vertx);
        } finally {
            vertx.close();
        }
    }

    private void threadFailed(Thread thread, Throwable failure) {
        // The broker's library still starts tasks while a broker is closed. Their failures do not matter.
        if (!(failure instanceof RejectedExecutionException)) {
            new UnforeseenFailure(spec.root().name()).reportInternalError(failure);
        }
    }

    private List<CheckCase> chosen() {
        List<CheckCase> cases = all.get();
        List<String> known = cases.stream().map(CheckCase::id).toList();
        for (String id : only) {
            if (!known.contains(id)) {
                List<String> nearest = CaseNames.nearest(id, known);
                throw usageError("--only: there is no case '" + id + "'; "
                        + (nearest.isEmpty() ? "--list shows all" : "similar: " + String.join(", ", nearest)));
            }
        }
        return cases.stream()
                .filter(one -> only.isEmpty() || only.contains(one.id()))
                .toList();
    }

    private List<ReportFile> files() {
        Map<String, Path> paths = new LinkedHashMap<>();
        paths.put("--json", json);
        paths.put("--junit", junit);
        paths.put("--report", html);
        Map<String, Function<Report, String>> formats =
                Map.of("--json", JsonReport::of, "--junit", JunitReport::of, "--report", HtmlReport::of);
        Set<Path> taken = new HashSet<>();
        List<ReportFile> files = new ArrayList<>();
        paths.forEach((option, path) -> {
            if (path != null) {
                if (!taken.add(path.normalize())) {
                    throw usageError(option + " " + path + ": another option names the same file");
                }
                files.add(create(option, path, formats.get(option)));
            }
        });
        return files;
    }

    private ReportFile create(String option, Path path, Function<Report, String> format) {
        try {
            return ReportFile.create(option, path, format);
        } catch (ReportFile.UnwritableException e) {
            throw usageError(e.getMessage());
        }
    }

    private ParameterException usageError(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private int check(List<CheckCase> cases, List<ReportFile> files, Vertx vertx) throws InterruptedException {
        TerminalReport terminal = new TerminalReport(spec.commandLine().getOut(), TerminalStyle.detect(), cases.size());
        CheckRunner runner = new CheckRunner(
                command, vertx, jobs == null ? Runtime.getRuntime().availableProcessors() : jobs);
        List<CheckResult> results = new ArrayList<>();
        StopSignal signal = new StopSignal(runner::stop);
        try {
            terminal.begin();
            runner.run(cases, result -> {
                results.add(result);
                terminal.ended(result);
            });
            results.sort(Comparator.comparingInt(result -> cases.indexOf(result.check())));
            Report report = new Report(command, results, cases.size());
            terminal.finished(report);
            for (ReportFile file : files) {
                file.write(report);
            }
            return (report.isComplete() && report.count(CheckCase.Kind.LAB, CheckResult.Outcome.FAIL) == 0
                            ? CheckExitCode.PASSED
                            : CheckExitCode.FAILED)
                    .status();
        } catch (CheckRunner.NotRunnableException e) {
            terminal.abort();
            return CommandErrors.fail(
                    spec,
                    CheckExitCode.NOT_RUNNABLE,
                    e.getMessage(),
                    "give the program with its path, and after it the arguments that it needs to start");
        } catch (ReportFile.UnwritableException e) {
            return CommandErrors.fail(
                    spec, CheckExitCode.FAILED, e.getMessage(), "check that there is space on the disk");
        } finally {
            signal.close();
        }
    }

    /** The exit codes for {@code --help} and the man page. */
    static final class ExitCodes extends ExitCodeList {
        ExitCodes() {
            super(CheckExitCode.values());
        }
    }
}
