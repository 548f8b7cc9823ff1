package securemqtt.responder.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class DiagnosisTableTest {
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `([a-z0-9-]+)` \\| `([a-z]+)` \\| ([^|]+) \\| ([^|]+) \\|$");

    @Test
    void theDocumentationListsEveryMistake() throws IOException {
        assertEquals(
                Arrays.stream(Mistake.values())
                        .map(mistake -> mistake.id() + ", " + mistake.stage().id() + ": " + mistake.done() + "; "
                                + mistake.remedy())
                        .toList(),
                ROW.matcher(Files.readString(Path.of("../docs/diagnosis.md")))
                        .results()
                        .map(row -> row.group(1) + ", " + row.group(2) + ": " + row.group(3) + "; " + row.group(4))
                        .toList());
    }
}
