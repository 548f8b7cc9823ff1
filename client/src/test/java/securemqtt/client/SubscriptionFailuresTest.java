package securemqtt.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SubscriptionFailuresTest {
    private static final List<String> TOPICS = List.of("a", "b");

    @Test
    void qos1ForEveryTopicIsNoFailure() {
        assertEquals(Optional.empty(), SubscriptionFailures.check(TOPICS, List.of(1, 1)));
    }

    @Test
    void aRefusedSubscriptionIsNamed() {
        assertProblem("the broker refused the subscription to b", List.of(1, 128));
    }

    @Test
    void anotherQosIsAFailure() {
        assertProblem(
                "the broker granted QoS [0, 1] for the subscriptions, but the exchange needs QoS 1", List.of(0, 1));
        assertProblem(
                "the broker granted QoS [1, 2] for the subscriptions, but the exchange needs QoS 1", List.of(1, 2));
    }

    @Test
    void aMissingReturnCodeIsAFailure() {
        assertProblem("the broker acknowledged 1 subscriptions out of 2", List.of(1));
    }

    private static void assertProblem(String problem, List<Integer> grantedQos) {
        Failure failure = SubscriptionFailures.check(TOPICS, grantedQos).orElseThrow();
        assertEquals(ExitCode.BROKER_REFUSED, failure.exitCode());
        assertEquals(problem, failure.problem());
    }
}
