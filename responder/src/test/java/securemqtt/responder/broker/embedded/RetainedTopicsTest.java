package securemqtt.responder.broker.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RetainedTopicsTest {

    @Test
    void limitsTheBytesOfMessagesAndTopics() {
        RetainedTopics topics = new RetainedTopics(10);

        assertTrue(topics.put("a", 5));
        assertFalse(topics.put("b", 4));
        assertTrue(topics.put("b", 3));
        assertEquals(8, topics.bytesMatching("#"));
    }

    @Test
    void aMessageReplacesTheEarlierOne() {
        RetainedTopics topics = new RetainedTopics(10);
        topics.put("a", 8);

        assertTrue(topics.put("a", 9));
        assertFalse(topics.put("a", 10));
        assertEquals(9, topics.bytesMatching("a"));
    }

    @Test
    void aDeletedMessageMakesRoom() {
        RetainedTopics topics = new RetainedTopics(10);
        topics.put("a", 9);

        assertTrue(topics.remove("a"));
        assertFalse(topics.remove("a"));
        assertTrue(topics.put("b", 9));
    }

    @Test
    void limitsTheNumberOfTopics() {
        RetainedTopics topics = new RetainedTopics(Long.MAX_VALUE);
        for (int i = 0; i < RetainedTopics.MAX_TOPICS; i++) {
            assertTrue(topics.put("t" + i, 1));
        }

        assertFalse(topics.put("another", 1));
        assertTrue(topics.put("t0", 2));
    }

    @Test
    void anUnpublishedWillLeavesNothing() {
        RetainedTopics topics = new RetainedTopics(10);

        assertTrue(topics.reserve("a", 9));
        assertFalse(topics.put("b", 1));
        topics.cancel("a");
        assertTrue(topics.put("b", 9));
    }

    @Test
    void anUnpublishedWillKeepsTheEarlierMessage() {
        RetainedTopics topics = new RetainedTopics(10);
        topics.put("a", 3);

        topics.reserve("a", 9);
        topics.cancel("a");

        assertTrue(topics.remove("a"));
    }
}
