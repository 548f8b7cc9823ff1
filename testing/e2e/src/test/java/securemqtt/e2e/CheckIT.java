package securemqtt.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The responder's check, played against right clients, and for each case against a client that fails it. */
class CheckIT {
    private static final String CLIENT = "testing/e2e/src/test/python/check_client.py";
    /** A case that every client passes whose key and token are right, and that reaches the broker. */
    private static final String OTHER_CASE = "token";

    private static final Set<String> WITHOUT_TOKEN = Set.of("token", "key-pem", "key-group", "port-option");

    @TempDir
    private Path folder;

    /** Of the latest check, for the message of a test that fails. */
    private String output;

    @Test
    void ourClientPassesEveryCase() throws IOException {
        Map<String, String> results =
                check(List.of(), Program.HOME.resolve("secure_mqtt_client").toString());

        assertEquals(allPassed(results), results, output);
    }

    @Test
    void aRightClientInPythonPassesEveryCase() throws IOException {
        Map<String, String> results = check(List.of(), python());

        assertEquals(allPassed(results), results, output);
    }

    private static Map<String, String> allPassed(Map<String, String> results) {
        Map<String, String> passed = new TreeMap<>();
        ids().forEach(id -> passed.put(id, "pass"));
        // Port 1884 may be in use on this computer.
        passed.computeIfPresent("default-port", (id, pass) -> results.get(id).equals("skip") ? "skip" : pass);
        return passed;
    }

    static List<String> ids() {
        return Program.responder("check", "--list")
                .await()
                .expect(0)
                .stdout()
                .lines()
                .map(line -> line.split(" +")[1])
                .toList();
    }

    @ParameterizedTest
    @MethodSource("ids")
    void aWrongClientFailsItsCaseAndNoOther(String id) throws IOException {
        Set<String> cases = new TreeSet<>(List.of(id));
        if (!WITHOUT_TOKEN.contains(id)) {
            cases.add(OTHER_CASE);
        }
        List<String> only =
                cases.stream().flatMap(one -> Stream.of("--only", one)).toList();

        Map<String, String> results = check(only, with(python(), "--wrong", id));

        Map<String, String> expected = new TreeMap<>();
        cases.forEach(one -> expected.put(one, one.equals(id) ? "fail" : "pass"));
        assertEquals(expected, results, output);
    }

    private static String[] python() {
        return new String[] {
            Peers.requirePython(), "-B", Program.HOME.resolve(CLIENT).toString()
        };
    }

    private static String[] with(String[] command, String... more) {
        return Stream.concat(Arrays.stream(command), Arrays.stream(more)).toArray(String[]::new);
    }

    /** The result of each case. */
    private Map<String, String> check(List<String> options, String... client) throws IOException {
        Path json = folder.resolve("results.json");
        List<String> arguments = Stream.of(
                        Stream.of("check", "--json", json.toString()),
                        options.stream(),
                        Stream.of("--"),
                        Arrays.stream(client))
                .flatMap(part -> part)
                .toList();
        Program.Result run = Program.start(
                        Map.of("CHECK_CLIENT_PATIENCE", "2"),
                        Program.HOME.resolve("secure_mqtt_responder").toString(),
                        arguments.toArray(String[]::new))
                .await();
        output = run.stdout();
        Map<String, String> results = new TreeMap<>();
        for (Object one : new JsonObject(Files.readString(json)).getJsonArray("cases")) {
            results.put(((JsonObject) one).getString("id"), ((JsonObject) one).getString("result"));
        }
        return results;
    }
}
