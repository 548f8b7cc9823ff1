package securemqtt.responder.check;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Predicate;
import securemqtt.responder.log.LogText;

/** Expectations that several cases share. They look at the last run of the client, unless they say otherwise. */
final class Expectations {
    private static final int MAX_SHOWN_BYTES = 200;

    private Expectations() {}

    /** Standard output is exactly this text and a newline (LF or CRLF), in UTF-8. */
    static Expectation answer(String text) {
        return new Expectation("standard output is the answer and a newline: " + shown(text), observed -> {
            byte[] stdout = observed.run().stdout();
            return isAnswer(observed.run(), text)
                    ? Optional.empty()
                    : Optional.of(why("standard output is " + shown(stdout), observed));
        });
    }

    /** The exit code is 0. */
    static Expectation exitsWith0() {
        return run("the exit code is 0", ClientRun::succeeded);
    }

    /** The client ends by itself, and its exit code is not 0. */
    static Expectation fails() {
        return run("the client ends by itself with an exit code other than 0", ClientRun::failed);
    }

    /** Standard output is empty. */
    static Expectation printsNoAnswer() {
        return new Expectation("standard output is empty", observed -> {
            byte[] stdout = observed.run().stdout();
            return stdout.length == 0 ? Optional.empty() : Optional.of("standard output is " + shown(stdout));
        });
    }

    /** Standard error has a message for the user. */
    static Expectation explains() {
        return new Expectation(
                "standard error says what is wrong",
                observed -> observed.run().stderrText().isBlank()
                        ? Optional.of("standard error is empty")
                        : Optional.empty());
    }

    /** Nothing that the client wrote is a stack trace. */
    static Expectation printsNoStackTrace() {
        return new Expectation(
                "no stack trace",
                observed -> observed.run().hasStackTrace() ? Optional.of("there is a stack trace") : Optional.empty());
    }

    /** Standard output meets a condition. */
    static Expectation standardOutput(String text, Predicate<String> expected) {
        return new Expectation(
                text,
                observed -> expected.test(observed.run().stdoutText())
                        ? Optional.empty()
                        : Optional.of(
                                why("standard output is " + shown(observed.run().stdout()), observed)));
    }

    /** The client published its public key. Otherwise a client that does nothing would pass. */
    static Expectation sendsKey() {
        return sends("its key", "/key-exchange/request");
    }

    /** The client published a request. Otherwise a client that does nothing would pass. */
    static Expectation sendsRequest(String action) {
        return sends("its request", "/" + action + "/request");
    }

    private static Expectation sends(String what, String topicEnd) {
        return new Expectation(
                "the client sends " + what,
                observed -> observed.published()
                                .anyMatch(packet -> packet.name().endsWith(topicEnd))
                        ? Optional.empty()
                        : Optional.of(
                                why("it sends none, " + describe(observed.run().exitCode()), observed)));
    }

    /** The answer, or an error: an exit code other than 0 and empty standard output. */
    static Expectation answerOrError(String text) {
        return new Expectation(
                "the client prints " + shown(text) + ", or ends by itself with an error and prints nothing",
                observed -> {
                    ClientRun run = observed.run();
                    boolean isError = run.failed() && run.stdout().length == 0;
                    return isAnswer(run, text) || isError
                            ? Optional.empty()
                            : Optional.of(why(
                                    describe(run.exitCode()) + ", and standard output is " + shown(run.stdout()),
                                    observed));
                });
    }

    /** Standard output is the answer or empty. */
    static Expectation printsAtMost(String text) {
        return new Expectation("standard output is the answer " + shown(text) + ", or nothing", observed -> {
            ClientRun run = observed.run();
            return run.stdout().length == 0 || isAnswer(run, text)
                    ? Optional.empty()
                    : Optional.of("standard output is " + shown(run.stdout()));
        });
    }

    /** Every run meets a condition; the deviation names the first that does not, with its arguments. */
    static Expectation everyRun(String text, Predicate<ClientRun> expected, Function<ClientRun, String> deviation) {
        return new Expectation(text, observed -> observed.runs().stream()
                .filter(expected.negate())
                .findFirst()
                .map(run -> deviation.apply(run) + " after " + run.commandLine()));
    }

    private static boolean isAnswer(ClientRun run, String text) {
        return Arrays.equals(run.stdout(), bytes(text + "\n")) || Arrays.equals(run.stdout(), bytes(text + "\r\n"));
    }

    private static Expectation run(String text, Predicate<ClientRun> expected) {
        return new Expectation(text, observed -> {
            ClientRun run = observed.run();
            return expected.test(run) ? Optional.empty() : Optional.of(why(describe(run.exitCode()), observed));
        });
    }

    /** An expectation of what the client sent and received. */
    static Expectation observed(String text, Function<Observation, Optional<String>> deviation) {
        return new Expectation(text, deviation);
    }

    private static String describe(OptionalInt exitCode) {
        return exitCode.isPresent()
                ? "the exit code is " + exitCode.getAsInt()
                : "the client still ran at the deadline and was killed";
    }

    /** What was seen, with what the responder refused, which is the likely reason. */
    private static String why(String seen, Observation observed) {
        return observed.refused().isEmpty()
                ? seen
                : seen + "; " + observed.refused().get(0).describe();
    }

    /** Text in quotes, printable, and cut. */
    static String shown(String text) {
        return "'" + LogText.of(text) + "'";
    }

    /** Output in quotes if it is UTF-8, otherwise in hexadecimal digits; cut. */
    static String shown(byte[] output) {
        String text = new String(output, StandardCharsets.UTF_8);
        return Arrays.equals(bytes(text), output)
                ? shown(text)
                : HexFormat.of().formatHex(output, 0, Math.min(output.length, MAX_SHOWN_BYTES)) + " in hexadecimal";
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
