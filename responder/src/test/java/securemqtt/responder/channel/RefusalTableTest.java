package securemqtt.responder.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import securemqtt.protocol.Refusal;

class RefusalTableTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z0-9-]+)` \\| ([^|]+) \\| [^|]* \\| [^|]+ \\|$");

    @Test
    void theDocumentationExplainsEveryReason() throws IOException {
        List<String> explained = ROW.matcher(Files.readString(Path.of("../docs/responder.md")))
                .results()
                .map(row -> row.group(1) + ": " + row.group(2))
                .toList();

        assertEquals(
                Arrays.stream(Refusal.values())
                        .map(reason -> reason.code() + ": " + reason.explanation())
                        .toList(),
                explained);
    }
}
