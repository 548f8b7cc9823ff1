package securemqtt.responder.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClientOutputTest {
    @Test
    void aFinalNewlineEndsTheLastLine() {
        assertEquals(List.of("a", "", " b "), lines("a\n\n b \r\n"));
    }

    @Test
    void aMissingNewlineAtTheEndIsTold() {
        assertEquals(List.of("a", "[no newline at the end]"), lines("a"));
        assertEquals(List.of(), lines(""));
    }

    @Test
    void aClientCannotControlTheTerminal() {
        assertEquals(List.of("\\u{1b}[2J\\u{d}x\\u{0}\\u{202e}"), lines("\u001b[2J\rx\0\u202e\n"));
    }

    @Test
    void bytesThatAreNotUtf8AreMarked() {
        assertEquals(List.of("\ufffda"), ClientOutput.lines(new byte[] {(byte) 0xff, 'a', '\n'}, 12));
    }

    @Test
    void tabsInFrontIndent() {
        assertEquals(List.of("        at Main"), lines("\t\tat Main\n"));
    }

    @Test
    void longOutputIsCut() {
        assertEquals(
                List.of("0", "[… 7 lines left out]", "8", "9"),
                ClientOutput.lines("0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n".getBytes(StandardCharsets.UTF_8), 3));
        assertEquals(List.of("x".repeat(200) + "…"), lines("x".repeat(1_000_000) + "\n"));
    }

    private static List<String> lines(String output) {
        return ClientOutput.lines(output.getBytes(StandardCharsets.UTF_8), 12);
    }
}
