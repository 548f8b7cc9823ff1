package securemqtt.responder.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TerminalStyleTest {
    @Test
    void aTerminalHasColorsAndProgress() {
        assertEquals(new TerminalStyle(true, true), TerminalStyle.of(true, Map.of("TERM", "xterm")));
        assertEquals(new TerminalStyle(true, true), TerminalStyle.of(true, Map.of("NO_COLOR", "")));
    }

    @Test
    void aFileIsPlain() {
        assertEquals(TerminalStyle.PLAIN, TerminalStyle.of(false, Map.of("TERM", "xterm")));
    }

    @Test
    void noColorKeepsTheProgress() {
        assertEquals(new TerminalStyle(false, true), TerminalStyle.of(true, Map.of("NO_COLOR", "1")));
    }

    @Test
    void aDumbTerminalIsPlain() {
        assertEquals(TerminalStyle.PLAIN, TerminalStyle.of(true, Map.of("TERM", "dumb")));
    }
}
