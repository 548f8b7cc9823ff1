package securemqtt.client;

import java.util.Set;
import securemqtt.protocol.NetId;

/**
 * Explains to the user why there was no answer in time.
 *
 * @param step the step of the exchange at the deadline, not {@link Exchange.Step#ENDED}
 * @param clues the possible causes that the exchange noticed; may be empty
 * @param awaitsAcknowledgement whether the broker has not acknowledged a message that the client published
 */
record TimeoutDiagnosis(
        Exchange.Step step,
        NetId netId,
        LostConnections losses,
        IgnoredMessages ignored,
        Set<Clue> clues,
        boolean awaitsAcknowledgement) {
    /** An ignored message that suggests why there was no answer. */
    enum Clue {
        /** A valid public key that is not among the pinned ones. */
        UNPINNED_KEY,
        /** A message on the key topic without a usable public key. */
        UNUSABLE_KEY,
        /** Another responder key after the one in use. */
        SECOND_KEY,
        /** A message on the answer topic that the responder did not make with the session key. */
        FOREIGN_TOKEN,
        /** A message on the answer topic that is too long to decrypt. */
        OVERSIZED_TOKEN
    }

    /** @param seconds the time that the run had, as given by the user */
    Failure failure(int seconds) {
        String problem =
                "no answer within " + seconds + " s: still " + step.activity + losses.summary() + ignored.summary();
        return switch (step) {
            case CONNECTING -> unreachable(problem, "check that host and port are those of an MQTT broker");
            case RECONNECTING -> unreachable(problem, losses.last().hint());
            case SUBSCRIBING -> unreachable(problem, "the broker is connected but does not answer: try another");
            case AWAITING_KEY -> noResponse(problem, Clue.UNPINNED_KEY, hintWithoutKey());
            case AWAITING_ANSWER -> noResponse(problem, Clue.FOREIGN_TOKEN, hintWithoutAnswer());
            case ENDED -> throw new IllegalStateException("a run ends once");
        };
    }

    private static Failure unreachable(String problem, String hint) {
        return new Failure(ExitCode.BROKER_UNREACHABLE, problem, hint);
    }

    /** @param forgery the clue that something did respond, but not the responder that the user wants */
    private Failure noResponse(String problem, Clue forgery, String hint) {
        if (awaitsAcknowledgement) {
            return unreachable(
                    problem + "; the broker has not acknowledged our message",
                    "the broker or the network no longer answers: try again later, or another broker");
        }
        return new Failure(clues.contains(forgery) ? ExitCode.NOT_AUTHENTIC : ExitCode.NO_ANSWER, problem, hint);
    }

    private String hintWithoutKey() {
        if (clues.contains(Clue.UNPINNED_KEY)) {
            return "the responder has another key than the pinned one, or an attacker is in the middle";
        }
        if (!losses.isEmpty()) {
            return losses.last().hint();
        }
        if (clues.contains(Clue.UNUSABLE_KEY)) {
            return "the received key is unusable: check the responder's group and key format";
        }
        return "check that a responder for NetID " + netId
                + " is connected to this broker, and that its rules let both of you publish";
    }

    private String hintWithoutAnswer() {
        if (clues.contains(Clue.SECOND_KEY)) {
            return "the first key may have been an answer to an earlier run, or somebody else's: try again, or use --pin";
        }
        if (!losses.isEmpty()) {
            return losses.last().hint();
        }
        if (clues.contains(Clue.OVERSIZED_TOKEN)) {
            return "if that was the answer, allow a longer one with --max-answer";
        }
        return clues.contains(Clue.FOREIGN_TOKEN)
                ? "somebody else publishes on this topic, or the responder derived another key"
                : "allow a slow responder more time with --timeout, or try again";
    }
}
