package securemqtt.responder.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class OutgoingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private long now = 17;
    private final Outgoing outgoing = new Outgoing(() -> now);

    @Test
    void answersThatDoNotMoveAreStuckOnceTheirTimeIsUp() {
        outgoing.handedOn(1);
        pass(PATIENCE);
        assertFalse(outgoing.isStuck(PATIENCE));

        pass(Duration.ofNanos(1));

        assertTrue(outgoing.isStuck(PATIENCE));
    }

    @Test
    void answersOfWhichOneMovesAreNotStuck() {
        outgoing.handedOn(1);
        outgoing.handedOn(1);
        pass(PATIENCE);

        outgoing.sent(1);
        pass(PATIENCE);

        assertFalse(outgoing.isStuck(PATIENCE));
    }

    @Test
    void nothingIsStuckOnceAllIsDone() {
        outgoing.handedOn(1);
        outgoing.handedOn(1);
        outgoing.sent(1);
        outgoing.notSent(1);

        pass(Duration.ofDays(1));

        assertFalse(outgoing.isStuck(PATIENCE));
    }

    @Test
    void itIsFullFrom32MebibytesUntilSomeAreSent() {
        int half = 16 * 1024 * 1024;
        outgoing.handedOn(half);
        assertFalse(outgoing.isFull());

        outgoing.handedOn(half);
        assertTrue(outgoing.isFull());

        outgoing.sent(half);
        assertFalse(outgoing.isFull());
    }

    @Test
    void whatWasSentShortlyBeforeALossIsInDoubtOnce() {
        send();
        pass(Duration.ofSeconds(27));
        send();
        pass(Duration.ofMillis(500));
        send();
        pass(Duration.ofSeconds(5));
        send();
        outgoing.handedOn(1);
        outgoing.notSent(1);

        assertEquals(3, outgoing.lost());
        assertEquals(0, outgoing.lost());
    }

    private void send() {
        outgoing.handedOn(1);
        outgoing.sent(1);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
