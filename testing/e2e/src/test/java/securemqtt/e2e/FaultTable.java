package securemqtt.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The table of faults in docs/client.md: what happens, what the client says, its exit code. A test named after a row gets that
 * row as its parameter and compares the client with it, so the table stays correct.
 */
final class FaultTable implements ParameterResolver {
    private static final String HEADER = "| what happens | what the client says | exit code |";
    private static final String PORT_IN_TABLE = "1884";
    private static final String SECONDS_IN_TABLE = "within 60 s";

    /** @param says in Markdown; what is in backquotes is a line of the client's, in which … stands for anything */
    record Row(String happens, String says, int exitCode) {
        /** "The host is unknown" is tested by {@code theHostIsUnknown}. */
        String testName() {
            String[] words = happens.replaceAll("[^A-Za-z0-9 ]", "").split(" ");
            return words[0].toLowerCase(Locale.ROOT)
                    + Arrays.stream(words)
                            .skip(1)
                            .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                            .collect(Collectors.joining());
        }

        /**
         * Waits for the end of a client that had asked for x in upper case.
         *
         * @param port in place of the table's
         * @param seconds in place of the table's
         */
        void expect(Program client, int port, int seconds) {
            Program.Result result = client.await().expect(exitCode);

            assertEquals(exitCode == 0 ? "X\n" : "", result.stdout());
            expectSaid(result.stderr(), port, seconds);
        }

        /** Holds what a client has printed to standard error against the row. */
        void expectSaid(List<String> said, int port, int seconds) {
            System.out.println("fault: " + happens + " -> " + (exitCode == 0 ? "the answer " : "")
                    + String.join(" / ", said) + " -> " + exitCode);
            if (!says.contains("`")) {
                assertEquals(List.of(), said);
                return;
            }
            if (says.startsWith("a warning, and ")) {
                assertTrue(said.get(0).startsWith("secure_mqtt_client: warning: "), said.toString());
                said = said.subList(1, said.size());
            }
            String line = says.split("`")[1];
            String here = line.replace(PORT_IN_TABLE, Integer.toString(port))
                    .replace(SECONDS_IN_TABLE, "within " + seconds + " s");
            String kind = exitCode == 0 ? "warning" : "error";
            String pattern = Arrays.stream(("secure_mqtt_client: " + kind + ": " + here).split("…", -1))
                    .map(Pattern::quote)
                    .collect(Collectors.joining(".*"));
            assertTrue(said.get(0).matches(pattern), "instead of " + here + ":\n" + said);
            // A warning stands alone; after an error comes what to do about it.
            if (exitCode == 0) {
                assertEquals(1, said.size(), said.toString());
            } else {
                assertEquals(2, said.size(), said.toString());
                assertTrue(said.get(1).startsWith("secure_mqtt_client: hint: "), said.toString());
            }
        }
    }

    static List<Row> rows() {
        try {
            List<String> lines = Files.readAllLines(Program.HOME.resolve("docs/client.md"));
            return lines.stream()
                    .skip(lines.indexOf(HEADER) + 2L)
                    .takeWhile(line -> line.startsWith("|"))
                    .map(line -> line.split("\\|"))
                    .map(cells -> new Row(cells[1].strip(), cells[2].strip(), Integer.parseInt(cells[3].strip())))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
        return parameter.getParameter().getType() == Row.class;
    }

    @Override
    public Row resolveParameter(ParameterContext parameter, ExtensionContext test) {
        String name = test.getRequiredTestMethod().getName();
        return rows().stream()
                .filter(row -> row.testName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the table in docs/client.md has no row for " + name));
    }
}
