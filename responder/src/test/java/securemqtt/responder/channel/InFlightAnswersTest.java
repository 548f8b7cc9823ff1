package securemqtt.responder.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class InFlightAnswersTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final long ONE_HOUR = Duration.ofHours(1).toNanos();

    private long now = 17;
    private final InFlightAnswers inFlight = new InFlightAnswers(() -> now);

    @Test
    void answersWithoutProgressAreStuckAfterTheTimeout() {
        inFlight.add(1);
        pass(TIMEOUT);
        assertFalse(inFlight.isStuck(TIMEOUT));

        pass(Duration.ofNanos(1));

        assertTrue(inFlight.isStuck(TIMEOUT));
    }

    @Test
    void answersAreNotStuckIfOneMakesProgress() {
        inFlight.add(1);
        inFlight.add(1);
        pass(TIMEOUT);

        inFlight.sent(1);
        pass(TIMEOUT);

        assertFalse(inFlight.isStuck(TIMEOUT));
    }

    @Test
    void nothingIsStuckOnceNoAnswerIsInFlight() {
        inFlight.add(1);
        inFlight.add(1);
        inFlight.sent(1);
        inFlight.notSent(1);

        pass(Duration.ofDays(1));

        assertFalse(inFlight.isStuck(TIMEOUT));
    }

    @Test
    void itIsFullFrom32MebibytesUntilSomeAreSent() {
        int half = 16 * 1024 * 1024;
        inFlight.add(half);
        assertFalse(inFlight.isFull());

        inFlight.add(half);
        assertTrue(inFlight.isFull());

        inFlight.sent(half);
        assertFalse(inFlight.isFull());
    }

    @Test
    void answersSentShortlyBeforeALossAreInDoubtOnce() {
        send();
        pass(Duration.ofSeconds(27));
        send();
        pass(Duration.ofMillis(500));
        send();
        pass(Duration.ofSeconds(5));
        send();
        inFlight.add(1);
        inFlight.notSent(1);

        assertEquals(3, inFlight.connectionLost());
        assertEquals(0, inFlight.connectionLost());
    }

    @Test
    void theEndWaitsForAcknowledgementsUntilTheDeadline() throws InterruptedException {
        send();
        send();
        inFlight.add(1);
        inFlight.acknowledged();

        assertEquals(2, inFlight.awaitAcknowledgements(System.nanoTime()));
    }

    @Test
    void theEndWaitsNoLongerOnceAllAreAcknowledged() throws InterruptedException {
        send();
        inFlight.acknowledged();

        assertEquals(0, inFlight.awaitAcknowledgements(System.nanoTime() + ONE_HOUR));
    }

    @Test
    void theEndDoesNotWaitForAcknowledgementsOfALostConnection() throws InterruptedException {
        send();
        inFlight.disconnected();
        send();
        inFlight.acknowledged();

        assertEquals(0, inFlight.awaitAcknowledgements(System.nanoTime() + ONE_HOUR));
    }

    private void send() {
        inFlight.add(1);
        inFlight.sent(1);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
