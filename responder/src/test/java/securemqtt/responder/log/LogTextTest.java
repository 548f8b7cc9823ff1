package securemqtt.responder.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogTextTest {
    @ParameterizedTest
    @CsvSource({
        "héllo wörld 🎓, héllo wörld 🎓",
        "'a\nb', 'a\\u{a}b'",
        "'\u001B[31mred', '\\u{1b}[31mred'",
        "'\u202Eltr', '\\u{202e}ltr'",
    })
    void escapesCharactersThatCouldForgeALogLine(String text, String printable) {
        assertEquals(printable, LogText.of(text));
    }

    @Test
    void cutsVeryLongText() {
        assertEquals("x".repeat(200) + "…", LogText.of("x".repeat(70_000)));
    }
}
