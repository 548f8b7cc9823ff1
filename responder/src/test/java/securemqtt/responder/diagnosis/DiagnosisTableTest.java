package securemqtt.responder.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class DiagnosisTableTest {
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `([a-z0-9-]+)` \\| `([a-z]+)` \\| ([^|]+) \\| ([^|]+) \\| ([^|]*)\\|$");

    private static final Pattern CALLS = Pattern.compile("(?m)^### `([a-z-]+)`\n\n(.+)\\.\n\n((?:\\|.*\\|\n)+)");
    private static final Pattern CALL = Pattern.compile("(?m)^\\| ([A-Z][^|]*) \\| (.+) \\|$");

    @Test
    void theDocumentationListsEveryMistake() throws IOException {
        assertEquals(
                Arrays.stream(Mistake.values())
                        .map(mistake -> mistake.id() + ", " + mistake.stage().id() + ": " + mistake.done() + "; "
                                + mistake.remedy() + "; "
                                + mistake.rightCall()
                                        .map(call -> "[" + call.id() + "](#" + call.id() + ")")
                                        .orElse(""))
                        .toList(),
                ROW.matcher(Files.readString(Path.of("../docs/diagnosis.md")))
                        .results()
                        .map(row -> row.group(1) + ", " + row.group(2) + ": " + row.group(3) + "; " + row.group(4)
                                + "; " + row.group(5).strip())
                        .toList());
    }

    @Test
    void theDocumentationGivesEveryCallInEveryLanguage() throws IOException {
        assertEquals(
                Arrays.stream(RightCall.values())
                        .map(call -> call.id() + ": " + call.purpose() + calls(call))
                        .toList(),
                CALLS.matcher(Files.readString(Path.of("../docs/diagnosis.md")))
                        .results()
                        .map(section -> section.group(1) + ": " + section.group(2)
                                + CALL.matcher(section.group(3))
                                        .results()
                                        .map(row -> row.group(1) + ": " + row.group(2))
                                        .toList())
                        .toList());
    }

    private static List<String> calls(RightCall call) {
        return Arrays.stream(RightCall.Language.values())
                .map(language -> language.title() + ": " + call.calls().get(language))
                .toList();
    }
}
