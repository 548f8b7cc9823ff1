package securemqtt.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs' output and the containers' files have the project's version. */
class VersionIT {
    private static final String VERSION = System.getProperty("project.version");
    private static final Path FILES = Program.HOME.resolve("src/main/docker");

    @ParameterizedTest
    @ValueSource(strings = {"secure_mqtt_client", "secure_mqtt_responder"})
    void theProgramPrintsIt(String program) {
        assertEquals(
                program + " " + VERSION + "\n",
                Program.start(Program.HOME.resolve(program).toString(), "--version")
                        .await()
                        .expect(0)
                        .stdout());
    }

    @ParameterizedTest
    @CsvSource({"secure_mqtt_client, client", "secure_mqtt_responder, responder"})
    void withVItNamesTheJavaAndTheArchive(String program, String module) {
        List<String> lines = Program.start(Program.HOME.resolve(program).toString(), "--version", "-v")
                .await()
                .expect(0)
                .stdout()
                .lines()
                .toList();

        assertEquals(program + " " + VERSION, lines.get(0));
        assertTrue(lines.get(1).startsWith("Java " + System.getProperty("java.runtime.version")), lines.toString());
        assertTrue(
                lines.get(2)
                        .startsWith("from the class archive " + Program.HOME.resolve(module + "/target/quarkus-app/")),
                lines.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile.client", "Dockerfile.client.native", "Dockerfile.responder"})
    void theImageHasIt(String file) throws IOException {
        assertEquals(Set.of(VERSION), versions(file, "image\\.version=\"(.*)\""));
    }

    @Test
    void theDeploymentTakesTheImagesOfIt() throws IOException {
        assertEquals(Set.of(VERSION), versions("compose.yaml", "image: secure_mqtt_\\w+:(.*)"));
        assertEquals(Set.of(VERSION), versions("secure-setup", "secure_mqtt_responder:([0-9.]+)"));
    }

    private static Set<String> versions(String file, String pattern) throws IOException {
        return Pattern.compile(pattern)
                .matcher(Files.readString(FILES.resolve(file)))
                .results()
                .map((MatchResult found) -> found.group(1))
                .collect(Collectors.toSet());
    }
}
