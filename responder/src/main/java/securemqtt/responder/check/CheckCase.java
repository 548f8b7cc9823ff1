package securemqtt.responder.check;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import securemqtt.protocol.RefusedException;

/**
 * One thing that a client has to do right.
 *
 * @param id stable, in lower case, with dashes
 * @param kind who asks for it
 * @param sentence what the client does, in one sentence
 * @param why the requirement in the lab's words, or why good programs do it, in one or two sentences
 * @param fix how to mend a client that fails, in one sentence
 * @param deadline for the whole case; a client that still runs then is killed
 * @param isIdle whether a good client mostly waits, so that the case takes no processor from others
 * @param scenario what happens
 * @param expectations what has to be seen afterwards, the most telling first
 */
record CheckCase(
        String id,
        Kind kind,
        String sentence,
        String why,
        String fix,
        Duration deadline,
        boolean isIdle,
        Scenario scenario,
        List<Expectation> expectations) {
    /** Long enough for a slow program on a busy computer. */
    static final Duration USUAL_DEADLINE = Duration.ofSeconds(60);

    /** Who asks for it. */
    enum Kind {
        LAB("lab"),
        ROBUSTNESS("robustness");

        private final String id;

        Kind(String id) {
            this.id = id;
        }

        /** The name in reports. */
        String id() {
            return id;
        }
    }

    /** What happens in a case: starts broker and responders, and runs the client. */
    @FunctionalInterface
    interface Scenario {
        /** @throws SkippedException if the case cannot be played on this computer */
        void play(Trial trial) throws IOException, InterruptedException, RefusedException, SkippedException;
    }

    /** The case cannot be played on this computer. The message says why. */
    static final class SkippedException extends Exception {
        private static final long serialVersionUID = 1L;

        SkippedException(String reason) {
            super(reason);
        }
    }
}
