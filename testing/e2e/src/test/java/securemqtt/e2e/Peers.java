package securemqtt.e2e;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/**
 * Third-party programs that the tests need. If one is missing, its tests are skipped with a message; in a CI run
 * (CI=true) they fail.
 */
final class Peers {
    private static final Path PEER = Program.HOME.resolve("testing/e2e/src/test/python/peer.py");

    private Peers() {}

    /** The path of the first executable candidate. Each is a name on PATH or an absolute path. */
    static String require(String name, String... elsewhere) {
        Stream<Path> onPath = Arrays.stream(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder).resolve(name));
        Optional<Path> found = Stream.concat(onPath, Arrays.stream(elsewhere).map(Path::of))
                .filter(Files::isExecutable)
                .findFirst();
        return found.orElseThrow(() -> missing(name)).toString();
    }

    /** The path of the Mosquitto plugin that can refuse subscriptions. Access control lists cannot. */
    static String requireDynamicSecurityPlugin() throws IOException {
        String file = "mosquitto_dynamic_security.so";
        try (Stream<Path> folders = Files.list(Path.of("/usr/lib"))) {
            return Stream.concat(folders, Stream.of(Path.of("/opt/homebrew/lib")))
                    .map(folder -> folder.resolve(file))
                    .filter(Files::isReadable)
                    .findFirst()
                    .orElseThrow(() -> missing("Mosquitto's plugin " + file))
                    .toString();
        }
    }

    /** Starts our peer in Python: {@code responder}, {@code client} or {@code exchanges}. */
    static Program python(String command, int port, String... arguments) {
        String[] all = Stream.concat(
                        Stream.of(
                                "-B",
                                PEER.toString(),
                                command,
                                "--host",
                                "localhost",
                                "--port",
                                Integer.toString(port),
                                "--params",
                                Program.HOME.resolve("dhparam4096.pem").toString()),
                        Arrays.stream(arguments))
                .toArray(String[]::new);
        return Program.start(requirePython(), all);
    }

    /** Runs the peer's check of itself against the known answers. */
    static Program pythonVectors() {
        return Program.start(
                requirePython(),
                "-B",
                PEER.toString(),
                "vectors",
                "--file",
                Program.HOME
                        .resolve("protocol/src/test/resources/securemqtt/protocol/vectors.json")
                        .toString());
    }

    /** The path of a Python with the libraries that the peer needs. */
    static String requirePython() {
        // Only Debian's own Python finds the libraries from Debian's packages, even if another is first on PATH.
        Path debian = Path.of("/usr/bin/python3");
        String python = Files.isExecutable(debian) ? debian.toString() : require("python3");
        try {
            Process imports = new ProcessBuilder(python, "-c", "import cryptography, paho.mqtt.client").start();
            if (imports.waitFor() == 0) {
                return python;
            }
        } catch (IOException e) {
            throw new IllegalStateException(python + " cannot be started", e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        throw missing("python3-cryptography and python3-paho-mqtt");
    }

    /** The path of the script that drives a browser. Its libraries are those that npm install puts beside it. */
    static Path requireBrowserDriver() {
        Path folder = Program.HOME.resolve("testing/e2e/src/test/node");
        for (String library : List.of("playwright-core", "axe-core")) {
            if (!Files.isDirectory(folder.resolve("node_modules").resolve(library))) {
                throw missing(library + " from npm in testing/e2e/src/test/node");
            }
        }
        return folder.resolve("browser.mjs");
    }

    private static RuntimeException missing(String name) {
        if ("true".equals(System.getenv("CI"))) {
            fail(name + " is not installed, and in a CI run nothing may be skipped");
        }
        String message = "skipped for lack of " + name + "; CONTRIBUTING.md says how to install it";
        System.out.println(message);
        return new TestAbortedException(message);
    }
}
