package securemqtt.startup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.ConfigValidationException.Problem;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnforeseenFailureTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @Test
    void theErrorLineShowsTheInnermostCause() {
        Exception cause = new IllegalStateException("no room\n\tat the inn");

        failure(null).reportStartFailure("the program", new RuntimeException("outer", cause));

        assertEquals("test: error: the program did not start: no room", lines().get(0));
        assertTrue(lines().get(1).startsWith("test: hint: "));
        assertEquals(2, lines().size());
    }

    @Test
    void theErrorLineNamesTheVariableOfAWrongSetting() {
        String problem =
                "java.lang.IllegalArgumentException: SRCFG00039: The config property quarkus.log.console.level with"
                        + " the config value \"loud\" threw an Exception whilst being converted";

        failure(null)
                .reportStartFailure("the program", new ConfigValidationException(new Problem[] {new Problem(problem)}));

        assertEquals(
                "test: error: the program did not start: QUARKUS_LOG_CONSOLE_LEVEL must not be 'loud'", lines().get(0));
    }

    @Test
    void aMissingClassIsReportedAsAnUnreadableFile() {
        failure(null)
                .reportStartFailure("the program", new ExceptionInInitializerError(new ClassNotFoundException("x.Y")));

        assertEquals("test: error: the program did not start: some of its files cannot be read: x.Y", lines().get(0));
    }

    @Test
    void tooLittleMemoryIsReportedAlsoIfOnlyTheMessageNamesIt() {
        failure(null).reportStartFailure("the program", new OutOfMemoryError("Java heap space"));
        failure(null)
                .reportStartFailure(
                        "the program",
                        new ExceptionInInitializerError("Exception java.lang.OutOfMemoryError: no thread [in main]"));

        String error =
                "test: error: the program did not start: there is too little memory, or too few threads are allowed";
        assertEquals(List.of(error, error), List.of(lines().get(0), lines().get(2)));
    }

    @Test
    void anUnreadableFileIsReportedWithTheReason() {
        failure(null).reportStartFailure("the program", new AccessDeniedException("/opt/x.dat"));
        failure(null).reportStartFailure("the program", new NoSuchFileException("/opt/x.dat"));

        assertEquals("test: error: the program did not start: /opt/x.dat: permission denied", lines().get(0));
        assertEquals("test: error: the program did not start: /opt/x.dat: there is no such file", lines().get(2));
    }

    @Test
    void aFailureWithoutAMessageIsReportedByItsClass() {
        failure(null).reportInternalError(new ArrayIndexOutOfBoundsException());

        assertEquals("test: error: internal error: ArrayIndexOutOfBoundsException", lines().get(0));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "OFF", "INFO", "nonsense"})
    void thereIsNoStackTraceByDefault(String level) {
        failure(level).reportInternalError(new IllegalStateException("x"));

        assertEquals(2, lines().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"DEBUG", "debug", "TRACE", "ALL"})
    void theStackTraceIsPrintedAtADebugLevel(String level) {
        failure(level).reportInternalError(new IllegalStateException("x"));

        assertTrue(lines().stream().anyMatch(line -> line.contains("at securemqtt.startup.UnforeseenFailureTest")));
    }

    private UnforeseenFailure failure(String level) {
        return new UnforeseenFailure(new PrintStream(printed, true, StandardCharsets.UTF_8), "test", level);
    }

    private List<String> lines() {
        return printed.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
