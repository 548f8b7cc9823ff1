package securemqtt.responder;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.OptionSpec;
import securemqtt.responder.settings.ResponderConfig;

class OptionTableTest {
    private static final Path DOCUMENTATION = Path.of("../docs/responder.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(-.+?)` \\| ");
    private static final Pattern EXIT_CODE_ROW = Pattern.compile("(?m)^\\| (\\d+) \\| ");

    @Test
    void theDocumentationExplainsEveryOption() throws IOException {
        TreeSet<String> listed = ROW.matcher(Files.readString(DOCUMENTATION))
                .results()
                .map(row -> row.group(1).replace("`", ""))
                .collect(Collectors.toCollection(TreeSet::new));

        assertEquals(
                SecureMqttResponder.commandLine().getCommandSpec().options().stream()
                        .filter(option -> !option.usageHelp() && !option.versionHelp())
                        .map(OptionTableTest::names)
                        .collect(Collectors.toCollection(TreeSet::new)),
                listed);
    }

    @Test
    void everyOptionOfTheServiceIsASetting() {
        Set<String> settings = Arrays.stream(ResponderConfig.class.getDeclaredMethods())
                .map(setting -> setting.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());

        assertEquals(
                Set.of("help", "version", "new-identity", "new-sessions-secret"),
                SecureMqttResponder.commandLine().getCommandSpec().options().stream()
                        .map(GivenSettings::name)
                        .filter(name -> !settings.contains(name))
                        .collect(Collectors.toSet()));
    }

    @Test
    void theDocumentationListsEveryExitCode() throws IOException {
        assertEquals(
                Arrays.stream(ExitCode.values())
                        .map(code -> Integer.toString(code.status()))
                        .toList(),
                EXIT_CODE_ROW
                        .matcher(Files.readString(DOCUMENTATION))
                        .results()
                        .map(row -> row.group(1))
                        .toList());
    }

    private static String names(OptionSpec option) {
        return Stream.of(option.names()).collect(Collectors.joining(", "));
    }
}
