package securemqtt.responder.broker.embedded;

import java.util.HashMap;
import java.util.Map;

/** For which topics the embedded broker keeps a message, and how many bytes these are. Both are bounded. */
final class RetainedTopics {
    static final int MAX_TOPICS = 1000;

    private final long maxBytes;
    private final Map<String, Kept> topics = new HashMap<>();
    private long bytes;

    /** @param isPublished false while it is a will that may never be published */
    private record Kept(int bytes, boolean isPublished) {}

    RetainedTopics(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** @return false if there is no room, and what was kept for the topic stays */
    synchronized boolean put(String topic, int payload) {
        return put(topic, payload, true);
    }

    /** Makes room for a will. */
    synchronized boolean reserve(String topic, int payload) {
        Kept old = topics.get(topic);
        int larger = old == null ? payload : Math.max(payload, old.bytes);
        return put(topic, larger, old != null && old.isPublished);
    }

    /** A will was not published. */
    synchronized void cancel(String topic) {
        Kept kept = topics.get(topic);
        if (kept != null && !kept.isPublished) {
            remove(topic);
        }
    }

    /** @return false if nothing was kept for the topic */
    synchronized boolean remove(String topic) {
        Kept old = topics.remove(topic);
        bytes -= old == null ? 0 : old.bytes + (long) topic.length();
        return old != null;
    }

    /** How many bytes somebody gets who subscribes to this filter. */
    synchronized long matching(String filter) {
        return topics.entrySet().stream()
                .filter(entry -> TopicRules.matches(filter, entry.getKey()))
                .mapToLong(entry -> entry.getValue().bytes)
                .sum();
    }

    private boolean put(String topic, int payload, boolean isPublished) {
        Kept old = topics.get(topic);
        long after = bytes + payload - (old == null ? -topic.length() : old.bytes);
        if (after > maxBytes || old == null && topics.size() == MAX_TOPICS) {
            return false;
        }
        topics.put(topic, new Kept(payload, isPublished));
        bytes = after;
        return true;
    }
}
