package securemqtt.responder.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class CheckTableTest {
    private static final Path DOCUMENTATION = Path.of("../docs/check.md");
    private static final Pattern CASE_ROW =
            Pattern.compile("(?m)^\\| `([a-z0-9-]+)` \\| (lab|robustness) \\| (.+) \\|$");
    private static final Pattern EXIT_CODE_ROW = Pattern.compile("(?m)^\\| (\\d+) \\| (.+) \\|$");

    @Test
    void theDocumentationListsEveryCase() throws IOException {
        assertEquals(
                CheckList.all().stream()
                        .map(one -> one.id() + ", " + one.kind().id() + ": " + one.sentence())
                        .toList(),
                CASE_ROW.matcher(Files.readString(DOCUMENTATION))
                        .results()
                        .map(row -> row.group(1) + ", " + row.group(2) + ": " + row.group(3))
                        .toList());
    }

    @Test
    void theDocumentationListsEveryExitCode() throws IOException {
        assertEquals(
                Arrays.stream(CheckExitCode.values())
                        .map(code -> code.status() + ": " + code.meaning())
                        .toList(),
                EXIT_CODE_ROW
                        .matcher(Files.readString(DOCUMENTATION))
                        .results()
                        .map(row -> row.group(1) + ": " + row.group(2))
                        .toList());
    }
}
