package securemqtt.responder;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StandardErrorCaptureTest {
    private final List<String> lines = new ArrayList<>();
    private final PrintStream stray =
            new PrintStream(new StandardErrorCapture(lines::add), false, StandardCharsets.UTF_8);

    @Test
    void reportsOneLineOfAStackTrace() {
        new IllegalStateException("no \u001b[31m handler").printStackTrace(stray);

        assertEquals(List.of("java.lang.IllegalStateException: no \\u{1b}[31m handler"), lines);
    }

    @Test
    void handsOnEachCompleteLine() {
        stray.print("be");
        stray.print("gin");
        assertEquals(List.of(), lines);
        stray.println();

        assertEquals(List.of("begin"), lines);
    }

    @Test
    void anEndlessLineDoesNotFillTheMemory() {
        for (int i = 0; i < 100_000; i++) {
            stray.print("0123456789");
        }
        stray.println();

        assertEquals(1, lines.size());
        assertEquals(201, lines.get(0).length());
    }
}
