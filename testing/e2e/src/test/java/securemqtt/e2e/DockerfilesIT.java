package securemqtt.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the parts that the Dockerfiles repeat. Needs no container engine. */
class DockerfilesIT {
    private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");

    @TempDir
    Path folder;

    @Test
    void theStagesThatBuildAreTheSame() throws IOException {
        List<String> client = stagesThatBuild("client");

        assertFalse(client.isEmpty());
        assertEquals(client, stagesThatBuild("responder"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"client", "responder"})
    void theEntryPointGivesJavaTheOptionsThatTheLauncherGives(String module) throws IOException {
        String dockerfile = dockerfile(module);
        String entryPoint = dockerfile.substring(dockerfile.indexOf("\nENTRYPOINT ["));
        List<String> words = QUOTED.matcher(entryPoint.substring(0, entryPoint.indexOf(']')))
                .results()
                .map((MatchResult word) -> word.group(1))
                .toList();

        assertEquals(
                optionsOfTheLauncher(module),
                words.stream()
                        .skip(1)
                        // Only the image has this option, because only a container has a memory limit.
                        .filter(option -> !option.startsWith("-XX:MaxRAMPercentage="))
                        .map(DockerfilesIT::withoutPath)
                        .toList());
    }

    private static String dockerfile(String module) throws IOException {
        return Files.readString(Program.HOME.resolve("src/main/docker/Dockerfile." + module));
    }

    /** Leaves out the first line, which describes the image. */
    private static List<String> stagesThatBuild(String module) throws IOException {
        return dockerfile(module)
                .lines()
                .skip(1)
                .takeWhile(line -> !line.equals("FROM scratch"))
                .toList();
    }

    /** The options that the launcher passes to a Java with an archive of the same kind as in the image. */
    private List<String> optionsOfTheLauncher(String module) throws IOException {
        Path project = Files.createDirectories(folder.resolve("project/src/main/sh"))
                .resolve("../../..")
                .normalize();
        for (String file : List.of("secure_mqtt_" + module, "src/main/sh/launch.sh")) {
            Files.copy(Program.HOME.resolve(file), project.resolve(file));
        }
        Path program = Files.createDirectories(project.resolve(module + "/target/quarkus-app"));
        Files.createFile(program.resolve("quarkus-run.jar"));
        Files.createFile(program.resolve("17-x.jsa"));
        Path java = Files.createDirectories(folder.resolve("java/bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\nfor argument; do printf '%s\\n' \"$argument\"; done\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(folder.resolve("java/release"), "JAVA_RUNTIME_VERSION=\"17\"\nIMPLEMENTOR=\"x\"\n");

        Stream<String> given = Program.start(
                        Map.of("JAVA_HOME", folder.resolve("java").toString()),
                        project.resolve("secure_mqtt_" + module).toString())
                .await()
                .expect(0)
                .stdout()
                .lines();
        return given
                // The image sets this in its environment.
                .filter(option -> !option.startsWith("-Dquarkus.log.level="))
                .map(DockerfilesIT::withoutPath)
                .toList();
    }

    private static String withoutPath(String argument) {
        if (argument.startsWith("-XX:SharedArchiveFile=")) {
            return "-XX:SharedArchiveFile=";
        }
        return argument.replaceFirst("^/.*/", "");
    }
}
