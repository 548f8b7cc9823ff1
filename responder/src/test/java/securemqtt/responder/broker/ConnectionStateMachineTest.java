package securemqtt.responder.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import securemqtt.responder.broker.ConnectionStateMachine.Observation;
import securemqtt.responder.broker.ConnectionStateMachine.Obstacle;
import securemqtt.responder.broker.ConnectionStateMachine.Question;
import securemqtt.responder.broker.ConnectionStateMachine.State;

class ConnectionStateMachineTest {
    private static final Observation NEVER_CONNECTED = new Observation(false, false, false);
    private static final Observation CONNECTED = new Observation(true, true, false);
    private static final Observation DISCONNECTED = new Observation(true, false, false);
    private static final Observation ANSWERS_STUCK = new Observation(true, true, true);
    private static final Observation CHANNEL_DEAD = new Observation(false, true, false);

    private final List<String> effects = new ArrayList<>();
    private final List<Question> questions = new ArrayList<>();
    private final ConnectionStateMachine machine =
            new ConnectionStateMachine(new RecordedEffects(), Duration.ofSeconds(1));
    private Duration now = Duration.ZERO;

    @Test
    void aConnectionIsReadyOnceTheBrokerGrantsASubscription() {
        see(CONNECTED);
        assertEquals(State.ASKING, machine.state());
        assertFalse(machine.wasReady());

        answer(Optional.empty());

        expect("ready");
        assertEquals(State.READY, machine.state());
        assertTrue(machine.wasReady());
    }

    @Test
    void aConnectionIsReadyEvenIfTheSecondOneFails() {
        see(CONNECTED);

        answer(obstacle("too many connections"));

        expect("ready");
    }

    @Test
    void aRefusedSubscriptionMeansThatNoRequestsCome() {
        see(CONNECTED);

        answer(Optional.of(new Obstacle("refused the subscription", true)));

        expect("no requests: refused the subscription");
        assertEquals(State.NO_REQUESTS, machine.state());
    }

    @Test
    void theAnswerForAnEarlierConnectionDoesNotCount() {
        see(CONNECTED);
        Question first = questions.get(0);
        see(DISCONNECTED);
        see(CONNECTED);
        expect("lost unannounced", "ready");
        see(DISCONNECTED);
        effects.clear();

        machine.answered(now, first, Optional.of(new Obstacle("refused the subscription", true)), true);

        expect();
        assertEquals(State.WAITING, machine.state());
    }

    @Test
    void theAnswerDoesNotCountOnceTheConnectionIsLost() {
        see(CONNECTED);

        machine.answered(now, questions.get(0), Optional.empty(), false);

        expect();
        assertEquals(State.ASKING, machine.state());
    }

    @Test
    void aBrokerThatDropsTheFirstConnectionForTheSecondIsNotAskedAgain() {
        see(CONNECTED);
        see(DISCONNECTED);
        see(CONNECTED);

        expect("lost unannounced", "ready");
    }

    @Test
    void aMissingBrokerIsReportedOnceAfterASecond() {
        see(NEVER_CONNECTED);
        pass(Duration.ofMillis(999));
        see(NEVER_CONNECTED);
        expect();

        pass(Duration.ofMillis(1));
        see(NEVER_CONNECTED);
        see(NEVER_CONNECTED);

        expect("no broker yet");
    }

    @Test
    void asksForTheReasonEveryTenSecondsAndReportsEachOnce() {
        pass(Duration.ofSeconds(1));
        see(NEVER_CONNECTED);
        assertEquals(1, questions.size());
        see(NEVER_CONNECTED);
        assertEquals(1, questions.size(), "an answer is pending");

        answer(obstacle("nothing listens"));
        pass(Duration.ofSeconds(9));
        see(NEVER_CONNECTED);
        assertEquals(1, questions.size());
        pass(Duration.ofSeconds(1));
        see(NEVER_CONNECTED);
        assertEquals(2, questions.size());
        answer(obstacle("nothing listens"));
        pass(Duration.ofSeconds(10));
        see(NEVER_CONNECTED);
        answer(obstacle("no answer"));

        expect("no broker yet", "not connected: nothing listens", "not connected: no answer");
    }

    @Test
    void reportsNoReasonIfTheBrokerCanBeReached() {
        pass(Duration.ofSeconds(1));
        see(NEVER_CONNECTED);

        answer(Optional.empty());

        expect("no broker yet");
    }

    @Test
    void eachLossIsReportedOnce() {
        beReady();

        see(DISCONNECTED);
        see(DISCONNECTED);

        expect("lost");
        assertEquals(State.WAITING, machine.state());
        assertTrue(machine.wasReady());
    }

    @Test
    void threeShortConnectionsInARowAreReported() {
        beReady();
        for (int i = 0; i < 2; i++) {
            pass(Duration.ofSeconds(4));
            see(DISCONNECTED);
            beReady();
        }
        pass(Duration.ofSeconds(4));
        see(DISCONNECTED);

        expect("lost", "repeatedly lost");
    }

    @Test
    void aLongerConnectionEndsTheRow() {
        for (int seconds : new int[] {4, 4, 5, 4, 4}) {
            beReady();
            pass(Duration.ofSeconds(seconds));
            see(DISCONNECTED);
        }

        expect("lost");
    }

    @Test
    void aDeadChannelEndsTheProgram() {
        beReady();

        see(CHANNEL_DEAD);
        see(CHANNEL_DEAD);

        expect("die: a channel has died");
        assertEquals(State.DEAD, machine.state());
    }

    @Test
    void aChannelThatWasNeverConnectedDoesNotCountAsDead() {
        for (int i = 0; i < 100; i++) {
            pass(Duration.ofHours(1));
            see(NEVER_CONNECTED);
        }

        expect("no broker yet");
    }

    @Test
    void answersThatAreStuckEndTheProgram() {
        beReady();
        pass(Duration.ofSeconds(30));
        see(ANSWERS_STUCK);

        expect("die: answers are no longer sent");
    }

    @Test
    void answersMayHaveWaitedForTheBroker() {
        beReady();
        see(DISCONNECTED);
        pass(Duration.ofHours(1));
        see(DISCONNECTED);
        beReady();
        pass(Duration.ofSeconds(29));
        see(ANSWERS_STUCK);

        expect();
        assertEquals(State.READY, machine.state());
    }

    private void see(Observation seen) {
        machine.observed(now, seen);
    }

    private void answer(Optional<Obstacle> obstacle) {
        machine.answered(now, questions.get(questions.size() - 1), obstacle, true);
    }

    private static Optional<Obstacle> obstacle(String reason) {
        return Optional.of(new Obstacle(reason, false));
    }

    private void beReady() {
        see(CONNECTED);
        answer(Optional.empty());
        assertEquals(State.READY, machine.state());
        effects.clear();
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }

    private void expect(String... expected) {
        assertEquals(List.of(expected), effects);
    }

    /** Records questions separately, because they change nothing that a user sees. */
    private final class RecordedEffects implements ConnectionStateMachine.Effects {
        @Override
        public void ask(Question question) {
            questions.add(question);
        }

        @Override
        public void ready() {
            effects.add("ready");
        }

        @Override
        public void noBrokerYet() {
            effects.add("no broker yet");
        }

        @Override
        public void notConnected(String reason) {
            effects.add("not connected: " + reason);
        }

        @Override
        public void noRequests(String reason) {
            effects.add("no requests: " + reason);
        }

        @Override
        public void lost(boolean announced) {
            effects.add(announced ? "lost" : "lost unannounced");
        }

        @Override
        public void repeatedlyLost() {
            effects.add("repeatedly lost");
        }

        @Override
        public void die(String reason) {
            effects.add("die: " + reason);
        }
    }
}
