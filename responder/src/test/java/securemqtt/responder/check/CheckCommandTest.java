package securemqtt.responder.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import securemqtt.startup.commandline.CommandErrors;

class CheckCommandTest {
    private static final Expectation WORKS = new Expectation("it works", observed -> Optional.empty());
    private static final Expectation FAILS = new Expectation("it works", observed -> Optional.of("it does not"));
    private static final CheckCase GOOD = fake("uppercase", CheckCase.Kind.LAB, WORKS);
    private static final CheckCase BAD = fake("lowercase", CheckCase.Kind.LAB, FAILS);
    private static final CheckCase FRAGILE = fake("deadline", CheckCase.Kind.ROBUSTNESS, FAILS);

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path folder;

    @Test
    void casesOfTheLabDecideTheExitCode() {
        assertEquals(0, check(List.of(GOOD), "--", "true"));
        assertEquals(0, check(List.of(GOOD, FRAGILE), "--", "true"));
        assertEquals(1, check(List.of(GOOD, BAD), "--", "true"));
    }

    @Test
    void theResultsArePrinted() {
        check(List.of(GOOD, FRAGILE), "--jobs", "1", "--", "true");

        assertTrue(out.toString().contains("\ndeadline: does deadline\n  run       true\n"), out::toString);
        assertTrue(out.toString().endsWith("\nlab 1 of 1, robustness 0 of 1\n"), out::toString);
    }

    @Test
    void theListNamesKindAndSentence() {
        assertEquals(0, check(List.of(GOOD, FRAGILE), "--list"));
        assertEquals("""
                lab         uppercase                 does uppercase
                robustness  deadline                  does deadline
                """, out.toString());
    }

    @Test
    void onlyTheChosenCasesArePlayed() {
        assertEquals(0, check(List.of(GOOD, BAD, FRAGILE), "--only", "uppercase", "--only", "deadline", "--", "true"));
        assertTrue(out.toString().endsWith("\nlab 1 of 1, robustness 0 of 1\n"), out::toString);
    }

    @Test
    void anUnknownCaseIsAnErrorThatNamesSimilarOnes() {
        assertEquals(2, check(List.of(GOOD, BAD, FRAGILE), "--only", "upercase", "--", "true"));
        assertEquals("program: error: --only: there is no case 'upercase'; similar: uppercase, lowercase", error());
    }

    @Test
    void anUnknownCaseThatResemblesNoneIsAnErrorThatNamesTheList() {
        assertEquals(2, check(List.of(GOOD), "--only", "xyz", "--", "true"));
        assertEquals("program: error: --only: there is no case 'xyz'; --list shows all", error());
    }

    @Test
    void aMissingCommandIsAnError() {
        assertEquals(2, check(List.of(GOOD)));
        assertEquals("program: error: COMMAND is missing: check -- python3 my_client.py", error());
    }

    @Test
    void jobsMustBePositive() {
        assertEquals(2, check(List.of(GOOD), "--jobs", "0", "--", "true"));
        assertEquals("program: error: --jobs must be at least 1, not 0", error());
    }

    @Test
    void aCommandThatCannotBeRunHasAnExitCode() {
        assertEquals(3, check(List.of(GOOD), "--", folder.resolve("client").toString()));
        assertEquals(
                "program: error: cannot run '" + folder.resolve("client") + "': no such file or directory", error());
        assertEquals("", out.toString());
    }

    @Test
    void theFilesAreWritten() throws IOException {
        Path json = folder.resolve("results.json");
        Path junit = folder.resolve("results.xml");
        Path html = folder.resolve("results.html");

        check(
                List.of(GOOD, BAD),
                Stream.of("--json", json, "--junit", junit, "--report", html, "--", "true")
                        .map(Object::toString)
                        .toArray(String[]::new));

        assertEquals(
                1, new JsonObject(Files.readString(json)).getJsonObject("lab").getInteger("failed"));
        assertTrue(Files.readString(junit).contains("<testcase classname=\"lab\" name=\"uppercase\""));
        assertTrue(Files.readString(html).contains("lab 1 of 2"));
    }

    @Test
    void aFileThatCannotBeWrittenIsAnErrorBeforeTheFirstCase() {
        assertEquals(2, check(List.of(GOOD), "--json", folder + "/missing/results.json", "--", "true"));
        assertEquals("program: error: --json " + folder + "/missing/results.json: there is no such folder", error());
        assertEquals("", out.toString());
    }

    @Test
    void aFolderInPlaceOfAFileIsAnError() {
        assertEquals(2, check(List.of(GOOD), "--report", folder.toString(), "--", "true"));
        assertEquals("program: error: --report " + folder + ": it is a folder", error());
    }

    @Test
    void twoReportsInOneFileAreAnError() {
        String file = folder.resolve("results").toString();

        assertEquals(2, check(List.of(GOOD), "--json", file, "--junit", file, "--", "true"));
        assertEquals("program: error: --junit " + file + ": another option names the same file", error());
    }

    @Test
    void theResultsAreInTheOrderOfTheList() throws IOException {
        Path json = folder.resolve("results.json");
        CountDownLatch secondIsThere = new CountDownLatch(1);
        CheckCase slow = CheckFixtures.oneCase(
                "slow",
                CheckCase.Kind.LAB,
                trial -> {
                    trial.run(List.of());
                    secondIsThere.await();
                    trial.run(List.of());
                },
                List.of(WORKS));
        CheckCase fast = CheckFixtures.oneCase(
                "fast",
                CheckCase.Kind.LAB,
                trial -> {
                    trial.run(List.of());
                    secondIsThere.countDown();
                },
                List.of(WORKS));

        check(List.of(slow, fast), "--jobs", "2", "--json", json.toString(), "--", "true");

        assertEquals(
                List.of("slow", "fast"),
                new JsonObject(Files.readString(json))
                        .getJsonArray("cases").stream()
                                .map(one -> ((JsonObject) one).getString("id"))
                                .toList());
    }

    private static CheckCase fake(String id, CheckCase.Kind kind, Expectation expectation) {
        return CheckFixtures.oneCase(id, kind, trial -> trial.run(List.of()), List.of(expectation));
    }

    private int check(List<CheckCase> cases, String... arguments) {
        CommandLine program = new CommandLine(new Program());
        program.addSubcommand(new CommandLine(new CheckCommand(() -> cases)).setStopAtPositional(true));
        return new CommandErrors(CheckExitCode.USAGE, CheckExitCode.FAILED, (e, all) -> Optional.empty())
                .reportFor(program)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(Stream.concat(Stream.of("check"), Stream.of(arguments)).toArray(String[]::new));
    }

    private String error() {
        return err.toString().lines().findFirst().orElse("");
    }

    @CommandLine.Command(name = "program")
    private static final class Program {}
}
