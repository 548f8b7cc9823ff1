package securemqtt.startup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.ConfigValidationException.Problem;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnforeseenFailureTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @Test
    void theInnermostCauseIsToldInOneLine() {
        Exception cause = new IllegalStateException("no room\n\tat the inn");

        failure(null).atStart("the program", new RuntimeException("outer", cause));

        assertEquals("test: error: the program did not start: no room", lines().get(0));
        assertTrue(lines().get(1).startsWith("test: hint: "));
        assertEquals(2, lines().size());
    }

    @Test
    void aWrongSettingIsToldByTheNameOfItsVariable() {
        String problem =
                "java.lang.IllegalArgumentException: SRCFG00039: The config property quarkus.log.console.level with"
                        + " the config value \"loud\" threw an Exception whilst being converted";

        failure(null).atStart("the program", new ConfigValidationException(new Problem[] {new Problem(problem)}));

        assertEquals(
                "test: error: the program did not start: QUARKUS_LOG_CONSOLE_LEVEL must not be 'loud'", lines().get(0));
    }

    @Test
    void aClassThatCannotBeLoadedIsToldAsFilesThatCannotBeRead() {
        failure(null).atStart("the program", new ExceptionInInitializerError(new ClassNotFoundException("x.Y")));

        assertEquals("test: error: the program did not start: not all of its files can be read: x.Y", lines().get(0));
    }

    @Test
    void aFailureWithoutAMessageIsToldByItsKind() {
        failure(null).afterStart(new ArrayIndexOutOfBoundsException());

        assertEquals("test: error: internal error: ArrayIndexOutOfBoundsException", lines().get(0));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "OFF", "INFO", "nonsense"})
    void noStackTraceIsPrintedUnlessAskedFor(String level) {
        failure(level).afterStart(new IllegalStateException("x"));

        assertEquals(2, lines().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"DEBUG", "TRACE", "ALL"})
    void theStackTraceIsPrintedWhereDebugOutputIsAskedFor(String level) {
        failure(level).afterStart(new IllegalStateException("x"));

        assertTrue(lines().stream().anyMatch(line -> line.contains("at securemqtt.startup.UnforeseenFailureTest")));
    }

    private UnforeseenFailure failure(String level) {
        return new UnforeseenFailure(new PrintStream(printed, true, StandardCharsets.UTF_8), "test", level);
    }

    private List<String> lines() {
        return printed.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
