package securemqtt.responder.check;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * How one run of the client ended.
 *
 * @param command the program and its arguments
 * @param exitCode empty if the client had to be killed at the deadline
 * @param stdout what it wrote to standard output, at most {@value ClientProcess#MAX_OUTPUT} bytes
 * @param stderr what it wrote to standard error, likewise
 * @param duration from its start to its end
 */
record ClientRun(List<String> command, OptionalInt exitCode, byte[] stdout, byte[] stderr, Duration duration) {
    /** Stack traces as Python, Java, JavaScript, Go, Rust, C#, Ruby and PHP print them. */
    private static final Pattern STACK_TRACE = Pattern.compile(
            "Traceback \\(most recent call last\\)"
                    + "|^[ \\t]+at [\\w$.<>/]+\\(.*\\)|^[ \\t]+at .*:\\d+:\\d+\\)?$"
                    + "|^goroutine \\d+ \\[|panicked at |^[ \\t]+at .* in .*:line \\d+"
                    + "|:\\d+:in [`'].*'|^#\\d+ .*\\(\\d+\\): ",
            Pattern.MULTILINE);
    /** Shells quote any argument with other characters. */
    private static final Pattern PLAIN = Pattern.compile("[\\w@%+=:,./-]+");

    boolean succeeded() {
        return exitCode.isPresent() && exitCode.getAsInt() == 0;
    }

    /** Whether it ended by itself, with another exit code than 0. */
    boolean failed() {
        return exitCode.isPresent() && exitCode.getAsInt() != 0;
    }

    boolean hasStackTrace() {
        return STACK_TRACE.matcher(text(stderr)).find()
                || STACK_TRACE.matcher(text(stdout)).find();
    }

    String stdoutText() {
        return text(stdout);
    }

    String stderrText() {
        return text(stderr);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** How it ended, as a clause. */
    String end() {
        return exitCode.isPresent() ? "exit code " + exitCode.getAsInt() : "killed at the deadline";
    }

    /** The command as a line to paste into a shell. Long arguments are cut. */
    String commandLine() {
        return commandLine(command);
    }

    static String commandLine(List<String> command) {
        return String.join(" ", command.stream().map(ClientRun::quoted).toList());
    }

    private static String quoted(String argument) {
        String cut = argument.length() > 200 ? argument.substring(0, 200) + "…" : argument;
        return PLAIN.matcher(cut).matches() ? cut : "'" + cut.replace("'", "'\\''") + "'";
    }
}
