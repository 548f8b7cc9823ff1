package securemqtt.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import securemqtt.client.Exchange.Step;
import securemqtt.client.TimeoutDiagnosis.Clue;
import securemqtt.protocol.NetId;

class TimeoutDiagnosisTest {
    private static final Failure LOSS = new Failure(ExitCode.BROKER_UNREACHABLE, "lost", "hint of the loss");

    private final LostConnections losses = new LostConnections();
    private final IgnoredMessages ignored = new IgnoredMessages();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            useHeadersInDisplayName = true,
            value = {
                "step            | losses | clue            | exit code          | beginning of the hint",
                "CONNECTING      | 0      |                 | BROKER_UNREACHABLE | check that host and port are",
                "RECONNECTING    | 1      |                 | BROKER_UNREACHABLE | hint of the loss",
                "SUBSCRIBING     | 0      |                 | BROKER_UNREACHABLE | the broker is connected but does not",
                "AWAITING_KEY    | 0      |                 | NO_ANSWER          | check that a responder for NetID a is",
                "AWAITING_KEY    | 0      | UNUSABLE_KEY    | NO_ANSWER          | the received key is unusable",
                "AWAITING_KEY    | 1      | UNUSABLE_KEY    | NO_ANSWER          | hint of the loss",
                "AWAITING_KEY    | 0      | UNPINNED_KEY    | NOT_AUTHENTIC      | the responder has another key",
                "AWAITING_KEY    | 1      | UNPINNED_KEY    | NOT_AUTHENTIC      | the responder has another key",
                "AWAITING_ANSWER | 0      |                 | NO_ANSWER          | allow a slow responder more time",
                "AWAITING_ANSWER | 1      |                 | NO_ANSWER          | hint of the loss",
                "AWAITING_ANSWER | 0      | OVERSIZED_TOKEN | NO_ANSWER          | if that was the answer, allow",
                "AWAITING_ANSWER | 1      | OVERSIZED_TOKEN | NO_ANSWER          | hint of the loss",
                "AWAITING_ANSWER | 0      | FOREIGN_TOKEN   | NOT_AUTHENTIC      | somebody else publishes",
                "AWAITING_ANSWER | 1      | FOREIGN_TOKEN   | NOT_AUTHENTIC      | hint of the loss",
                "AWAITING_ANSWER | 0      | SECOND_KEY      | NO_ANSWER          | the first key may have been",
                "AWAITING_ANSWER | 1      | SECOND_KEY      | NO_ANSWER          | the first key may have been",
            })
    void exitCodeAndHintFollowFromTheStepTheLossesAndTheClue(
            Step step, int lossCount, Clue clue, ExitCode exitCode, String hint) {
        for (int i = 0; i < lossCount; i++) {
            losses.add(LOSS);
        }

        Failure failure = failure(step, clue == null ? Set.of() : Set.of(clue), false);

        assertEquals(exitCode, failure.exitCode());
        assertTrue(failure.hint().startsWith(hint), failure.hint());
    }

    @Test
    void theProblemNamesTheStepTheLossAndTheIgnoredMessages() {
        losses.add(LOSS);
        ignored.add("a key");
        ignored.add("a token");
        ignored.add("a key");

        assertEquals(
                "no answer within 7 s: still waiting for the answer; lost; ignored a key (2 times); a token (1 time)",
                failure(Step.AWAITING_ANSWER, Set.of(), false).problem());
    }

    @Test
    void theProblemCountsSeveralLosses() {
        losses.add(new Failure(ExitCode.BROKER_UNREACHABLE, "lost earlier", "none"));
        losses.add(LOSS);

        assertEquals(
                "no answer within 7 s: still connecting to the broker again;"
                        + " connecting failed or the connection was lost 2 times, at last: lost",
                failure(Step.RECONNECTING, Set.of(), false).problem());
    }

    @ParameterizedTest
    @CsvSource({"AWAITING_KEY, UNPINNED_KEY", "AWAITING_ANSWER, FOREIGN_TOKEN"})
    void aMissingAcknowledgementIsAlwaysAFailureOfTheBroker(Step step, Clue clue) {
        Failure failure = failure(step, Set.of(clue), true);

        assertEquals(ExitCode.BROKER_UNREACHABLE, failure.exitCode());
        assertTrue(failure.problem().endsWith("; the broker has not acknowledged our message"), failure.problem());
    }

    private Failure failure(Step step, Set<Clue> clues, boolean awaitsAcknowledgement) {
        return new TimeoutDiagnosis(step, new NetId("a"), losses, ignored, clues, awaitsAcknowledgement).failure(7);
    }
}
