package securemqtt.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.main.LaunchResult;
import io.quarkus.test.junit.main.QuarkusMainLauncher;
import io.quarkus.test.junit.main.QuarkusMainTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusMainTest
class CommandLineTest {
    private static final String USAGE = "Usage: secure_mqtt_client [--help] [--version] [-v] [-h HOST] [-p PORT]";

    @TempDir
    Path folder;

    @Test
    void helpGoesToStandardOutput(QuarkusMainLauncher launcher) {
        LaunchResult result = launcher.launch("--help");

        assertEquals(0, result.exitCode());
        assertEquals(USAGE, result.getOutputStream().get(0));
        assertEquals("", result.getErrorOutput());
    }

    @Test
    void helpListsEveryExitCode(QuarkusMainLauncher launcher) {
        String help = launcher.launch("--help").getOutput();

        for (ExitCode code : ExitCode.values()) {
            assertTrue(help.matches("(?s).*\n +" + code.status() + " +" + code.meaning() + "\n.*"), code.name());
        }
    }

    @Test
    void versionGoesToStandardOutput(QuarkusMainLauncher launcher) {
        LaunchResult result = launcher.launch("--version");

        assertEquals(0, result.exitCode());
        assertTrue(result.getOutput().startsWith("secure_mqtt_client "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "a | Missing required parameter: 'ACTION'",
                "a uppercase | MESSAGE is missing, or --stdin",
                "--stdin a uppercase x | either MESSAGE or --stdin, not both",
                "--pin 12:34 a uppercase x | a fingerprint has 64 hexadecimal digits",
                "--max-answer -1 a uppercase x | BYTES must be in 0..2147483647, not -1",
                "--cafile nowhere.pem a uppercase x | --cafile nowhere.pem: there is no such file",
                "--cafile pom.xml a uppercase x | --cafile pom.xml is not a PEM file: no line begins with -----BEGIN",
                "--cafile src a uppercase x | --cafile src is a folder, not a file",
                "--username a --password-file /dev/null a uppercase x | --password-file /dev/null is empty",
                "--cafile /dev/zero a uppercase x | --cafile /dev/zero is longer than 1048576 bytes",
                "-h localhost:1884 a uppercase x | HOST must be a name or an address, not 'localhost:1884'; use -p for the port",
                "-h mqtt://localhost a uppercase x | HOST must be a name or an address, not 'mqtt://localhost'",
                "--password-file x a uppercase x | --password-file needs --username",
                "a louder x | unknown action 'louder'; the actions are uppercase, lowercase, title-case, reverse, shuffle",
                "a Uppercase x | unknown action 'Uppercase'",
                "a/b uppercase x | a NetID must not contain /",
                "$a uppercase x | a NetID must not begin with $",
                "a uppercase x y | put quotes around a MESSAGE of several words",
                "a uppercase -x | put -- in front of NETID if MESSAGE begins with a dash",
                "-p 0 a uppercase x | PORT must be in 1..65535, not 0",
                "-p 65536 a uppercase x | PORT must be in 1..65535, not 65536",
                "-p http a uppercase x | 'http' is not an int",
                "--timeout 0 a uppercase x | SECONDS must be in 1..86400, not 0",
            })
    void theErrorLineComesBeforeTheUsage(String arguments, String error, QuarkusMainLauncher launcher) {
        LaunchResult result = launcher.launch(arguments.split(" "));

        assertEquals(2, result.exitCode());
        assertEquals("", result.getOutput());
        assertTrue(result.getErrorStream().get(0).startsWith("secure_mqtt_client: error: "));
        assertTrue(result.getErrorOutput().contains(error), result.getErrorOutput());
        assertTrue(result.getErrorOutput().contains(USAGE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "h\uFFFDllo"})
    void aNetIdThatIsEmptyOrGarbledIsRefused(String netId, QuarkusMainLauncher launcher) {
        assertEquals(2, launcher.launch(netId, "uppercase", "x").exitCode());
    }

    @Test
    void aUserNameThatIsTooLongForMqttIsRefused(QuarkusMainLauncher launcher) throws IOException {
        Path password = Files.writeString(folder.resolve("password"), "secret");

        LaunchResult result = launcher.launch(
                "--username", "x".repeat(65_536), "--password-file", password.toString(), "a", "uppercase", "x");

        assertEquals(2, result.exitCode());
        assertEquals(
                "secure_mqtt_client: error: --username has 65536 bytes in UTF-8, but MQTT allows at most 65535",
                result.getErrorStream().get(0));
    }

    @Test
    void aPasswordThatIsTooLongForMqttIsRefused(QuarkusMainLauncher launcher) throws IOException {
        Path password = Files.writeString(folder.resolve("password"), "x".repeat(65_536));

        LaunchResult result =
                launcher.launch("--username", "x", "--password-file", password.toString(), "a", "uppercase", "x");

        assertEquals(2, result.exitCode());
        assertEquals(
                "secure_mqtt_client: error: --password-file " + password
                        + ": the password has 65536 bytes in UTF-8, but MQTT allows at most 65535",
                result.getErrorStream().get(0));
    }

    @Test
    void aGarbledMessageIsRefused(QuarkusMainLauncher launcher) {
        LaunchResult result = launcher.launch("a", "uppercase", "h\uFFFDllo");

        assertEquals(2, result.exitCode());
        assertTrue(result.getErrorOutput().contains("MESSAGE is not valid UTF-8"));
    }
}
