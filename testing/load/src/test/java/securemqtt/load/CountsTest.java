package securemqtt.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class CountsTest {
    @Test
    void aRunWithAllAnsweredIsGood() {
        Counts counts = new Counts(1000, 1000, 0, 0, 0, Map.of());

        assertTrue(counts.good());
        assertEquals("good: all 1000 answered", counts.verdict());
    }

    @Test
    void aRunWithALostAnswerIsNotGood() {
        Counts counts = new Counts(1000, 999, 0, 0, 0, Map.of(ClientState.WAITING_FOR_KEY, 1));

        assertFalse(counts.good());
        assertEquals("NOT GOOD: lost 1: 1 waiting for a key", counts.verdict());
    }

    @Test
    void aRunWithAWrongAnswerIsNotGood() {
        Counts counts = new Counts(1000, 999, 1, 0, 0, Map.of());

        assertFalse(counts.good());
        assertEquals("NOT GOOD: wrong 1", counts.verdict());
    }

    @Test
    void aDuplicateAnswerIsNotGoodUnlessTheBrokerMarkedItAsRepeated() {
        assertFalse(new Counts(1000, 1000, 0, 1, 0, Map.of()).good());
        assertTrue(new Counts(1000, 1000, 0, 1, 1, Map.of()).good());
    }

    @Test
    void aRefusalByTheBrokerIsALoss() {
        Counts counts = new Counts(3, 2, 0, 0, 0, Map.of(ClientState.REFUSED, 1));

        assertFalse(counts.good());
        assertEquals("NOT GOOD: lost 1: 1 refused by the broker", counts.verdict());
    }

    @Test
    void theVerdictCountsLostAnswersByStateInTheOrderOfTheExchange() {
        Map<ClientState, Integer> lost = Map.of(ClientState.WAITING_FOR_ANSWER, 1, ClientState.WAITING_FOR_KEY, 2);

        assertEquals(
                "NOT GOOD: lost 3: 2 waiting for a key, 1 waiting for an answer",
                new Counts(1000, 997, 0, 0, 0, lost).verdict());
    }
}
