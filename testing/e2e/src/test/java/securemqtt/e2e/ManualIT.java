package securemqtt.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs' man pages, rendered by groff, and their completions, called by bash. */
class ManualIT {
    private static final String CLIENT = "secure_mqtt_client";
    private static final String RESPONDER = "secure_mqtt_responder";
    private static final Set<String> HEADINGS = Set.of("Exit codes:", "Commands:");
    private static final String CHECK = "secure_mqtt_responder check";
    private static final String EXPLAIN = "secure_mqtt_responder explain";

    @ParameterizedTest
    @ValueSource(strings = {CLIENT, RESPONDER, CHECK, EXPLAIN})
    void theManPageSaysAllThatHelpSays(String program) {
        String[] command = (program + " --help").split(" ");
        String help = Program.start(
                        Program.HOME.resolve(command[0]).toString(), Arrays.copyOfRange(command, 1, command.length))
                .await()
                .expect(0)
                .stdout();
        String page = " " + onOneLine(groff(program).stdout()).replace('\u2019', '\'') + " ";

        List<String> lines = help.replaceFirst("^Usage:", "")
                .lines()
                .map(ManualIT::onOneLine)
                .filter(line -> !line.isEmpty() && !HEADINGS.contains(line))
                .toList();
        assertTrue(lines.size() > 9, help);
        for (String line : lines) {
            assertTrue(page.contains(" " + line + " "), () -> "'" + line + "' is not in " + page);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {CLIENT, RESPONDER, CHECK, EXPLAIN})
    void groffRendersTheManPageWithoutWarnings(String program) {
        assertEquals(List.of(), groff(program).stderr());
    }

    @Test
    void theManPageRefersToTheCommandsPage() {
        String page = onOneLine(groff(RESPONDER).stdout());

        assertTrue(page.contains(" See secure_mqtt_responder-check(1). "), page);
    }

    @Test
    void optionsAreCompleted() {
        assertEquals(List.of("--timeout"), complete(CLIENT, "--ti"));
        assertEquals(List.of("--embedded-broker"), complete(RESPONDER, "-v", "--em"));
        assertEquals(List.of("--json"), complete(RESPONDER, "check", "--js"));
    }

    @Test
    void commandsAreCompleted() {
        assertEquals(List.of("check"), complete(RESPONDER, "ch"));
        assertEquals(List.of("explain"), complete(RESPONDER, "exp"));
        assertEquals(List.of("--token"), complete(RESPONDER, "explain", "--t"));
    }

    @Test
    void actionsAreCompletedBehindTheNetId() {
        List<String> actions = List.of("uppercase", "lowercase", "title-case", "reverse", "shuffle");

        assertEquals(List.of(), complete(CLIENT, ""));
        assertEquals(actions, complete(CLIENT, "le0nh4rt", ""));
        assertEquals(actions, complete(CLIENT, "-v", "-p", "1885", "le0nh4rt", ""));
        assertEquals(List.of("title-case"), complete(CLIENT, "le0nh4rt", "t"));
        assertEquals(List.of(), complete(CLIENT, "le0nh4rt", "title-case", ""));
    }

    @Test
    void aNetIdThatIsPartOfAnOptionsNameIsNoOption() {
        assertEquals(List.of("reverse"), complete(CLIENT, "pin", "r"));
        assertEquals(List.of("reverse"), complete(CLIENT, "tls", "r"));
    }

    @Test
    void filesAreCompletedWhereOneIsAskedFor() {
        String file = Program.HOME.resolve("dhparam4096.pem").toString();
        String beginning = file.substring(0, file.length() - 5);

        assertEquals(List.of(file), complete(CLIENT, "--cafile", beginning));
        assertEquals(List.of(file), complete(CLIENT, "--password-file", beginning));
        assertEquals(List.of(), complete(CLIENT, "--username", beginning));
        assertEquals(List.of(file), complete(RESPONDER, "--cafile", beginning));
        assertEquals(List.of(file), complete(RESPONDER, "check", "--json", beginning));
        assertEquals(List.of(file), complete(RESPONDER, "explain", "--private", beginning));
    }

    /** The page as text for a terminal so wide that no line wraps. */
    private static Program.Result groff(String program) {
        String page = Program.HOME
                .resolve("packaging/manual/target/man/" + program.replace(' ', '-') + ".1")
                .toString();
        return Program.start(Peers.require("groff"), "-ww", "-man", "-Tutf8", "-P-cbou", "-rLL=1000n", page)
                .await()
                .expect(0);
    }

    /** Bash's completions for the last of these arguments, if the program is called by its path. */
    private static List<String> complete(String program, String... arguments) {
        // The output of complete -p ends in: -F function program.
        String script = """
                . "$1" && shift
                [[ $(complete -p "${1##*/}") =~ -F\\ ([^ ]+) ]] || exit
                COMP_WORDS=("$@")
                COMP_CWORD=$(($# - 1))
                "${BASH_REMATCH[1]}" "$1" "${!#}" "${@:COMP_CWORD:1}"
                printf '%s\\n' "${COMPREPLY[@]}"
                """;
        String[] all = Stream.concat(
                        Stream.of(
                                "-c",
                                script,
                                "bash",
                                Program.HOME
                                        .resolve("packaging/manual/target/completion/" + program)
                                        .toString(),
                                "./" + program),
                        Stream.of(arguments))
                .toArray(String[]::new);
        return Program.start(Peers.require("bash"), all)
                .await()
                .expect(0)
                .stdout()
                .lines()
                .filter(line -> !line.isEmpty())
                .toList();
    }

    private static String onOneLine(String text) {
        return text.strip().replaceAll("\\s+", " ");
    }
}
