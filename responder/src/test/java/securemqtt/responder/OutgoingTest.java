package securemqtt.responder;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class OutgoingTest {
    private static final Duration AT_ONCE = Duration.ofNanos(-1);

    private final Outgoing outgoing = new Outgoing();

    @Test
    void answersThatDoNotMoveAreStuckOnceTheirTimeIsUp() {
        outgoing.handedOn();

        assertTrue(outgoing.isStuck(AT_ONCE));
        assertFalse(outgoing.isStuck(Duration.ofDays(1)));
    }

    @Test
    void nothingIsStuckOnceAllIsDone() {
        outgoing.handedOn();
        outgoing.handedOn();
        outgoing.done();
        assertTrue(outgoing.isStuck(AT_ONCE));

        outgoing.done();

        assertFalse(outgoing.isStuck(AT_ONCE));
    }
}
