package securemqtt.responder.broker.embedded;

import java.util.HashMap;
import java.util.Map;

/** The topics for which the embedded broker retains a message, and the sizes of these messages. Both are limited. */
final class RetainedTopics {
    static final int MAX_TOPICS = 1000;

    private final long maxBytes;
    private final Map<String, RetainedMessage> topics = new HashMap<>();
    private long bytes;

    /**
     * @param bytes the size of the payload
     * @param isPublished false for a will that is not published yet
     */
    private record RetainedMessage(int bytes, boolean isPublished) {}

    RetainedTopics(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * Retains a message for the topic, in place of an earlier one.
     *
     * @param payload the size of the payload, in bytes
     * @return false if there is no room; then the earlier message stays
     */
    synchronized boolean put(String topic, int payload) {
        return put(topic, payload, true);
    }

    /**
     * Reserves room for a will.
     *
     * @param payload the size of its payload, in bytes
     * @return false if there is no room
     */
    synchronized boolean reserve(String topic, int payload) {
        RetainedMessage old = topics.get(topic);
        int larger = old == null ? payload : Math.max(payload, old.bytes);
        return put(topic, larger, old != null && old.isPublished);
    }

    /** Call this when a will was not published. */
    synchronized void cancel(String topic) {
        RetainedMessage message = topics.get(topic);
        if (message != null && !message.isPublished) {
            remove(topic);
        }
    }

    /**
     * Deletes the message of the topic.
     *
     * @return false if there was none
     */
    synchronized boolean remove(String topic) {
        RetainedMessage old = topics.remove(topic);
        bytes -= old == null ? 0 : old.bytes + (long) topic.length();
        return old != null;
    }

    /** The bytes of all retained messages that a subscriber to this filter gets. */
    synchronized long bytesMatching(String filter) {
        return topics.entrySet().stream()
                .filter(entry -> TopicRules.matches(filter, entry.getKey()))
                .mapToLong(entry -> entry.getValue().bytes)
                .sum();
    }

    private boolean put(String topic, int payload, boolean isPublished) {
        RetainedMessage old = topics.get(topic);
        long after = bytes + payload - (old == null ? -topic.length() : old.bytes);
        if (after > maxBytes || old == null && topics.size() == MAX_TOPICS) {
            return false;
        }
        topics.put(topic, new RetainedMessage(payload, isPublished));
        bytes = after;
        return true;
    }
}
