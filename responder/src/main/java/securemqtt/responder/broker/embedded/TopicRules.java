package securemqtt.responder.broker.embedded;

import java.nio.charset.StandardCharsets;

/**
 * Defines the topics and topic filters that the embedded broker accepts: those of MQTT 3.1.1, section 4.7, with few
 * levels. Artemis accepts any filter, matches {@code #} in the middle by trying all possibilities, and recurses once
 * for each level.
 */
final class TopicRules {
    static final int MAX_LEVELS = 16;

    private static final int MAX_BYTES = 65_535;
    private static final String SHARED = "$share/";

    private TopicRules() {}

    /** Whether a client can publish to this topic. */
    static boolean isTopic(String topic) {
        return isText(topic) && topic.indexOf('+') < 0 && topic.indexOf('#') < 0;
    }

    /**
     * Whether a client can subscribe to this filter, which may be {@code $share/GROUP/FILTER} (MQTT 5, section
     * 4.8.2).
     */
    static boolean isFilter(String filter) {
        if (!filter.startsWith(SHARED)) {
            return isPlainFilter(filter);
        }
        int end = filter.indexOf('/', SHARED.length());
        return end > SHARED.length()
                && isTopic(filter.substring(SHARED.length(), end))
                && isPlainFilter(filter.substring(end + 1));
    }

    /** Whether the filter matches the topic; both must be valid. A shared filter matches for its group. */
    static boolean matches(String filter, String topic) {
        String plain = filter.startsWith(SHARED) ? filter.substring(filter.indexOf('/', SHARED.length()) + 1) : filter;
        if (topic.startsWith("$") && (plain.startsWith("+") || plain.startsWith("#"))) {
            return false;
        }
        String[] wanted = levels(plain);
        String[] given = levels(topic);
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].equals("#")) {
                return true;
            }
            if (i >= given.length || !(wanted[i].equals("+") || wanted[i].equals(given[i]))) {
                return false;
            }
        }
        return wanted.length == given.length;
    }

    private static boolean isPlainFilter(String filter) {
        if (!isText(filter)) {
            return false;
        }
        String[] levels = levels(filter);
        for (int i = 0; i < levels.length; i++) {
            boolean wildcard = levels[i].indexOf('+') >= 0 || levels[i].indexOf('#') >= 0;
            if (wildcard && levels[i].length() > 1 || levels[i].equals("#") && i < levels.length - 1) {
                return false;
            }
        }
        return true;
    }

    /**
     * The rules for both topics and filters. Artemis reads text after two colons as the name of a queue, perhaps of
     * another client.
     */
    private static boolean isText(String text) {
        return !text.isEmpty()
                && text.indexOf('\0') < 0
                && !text.contains("::")
                && text.chars().filter(c -> c == '/').count() < MAX_LEVELS
                && text.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
    }

    private static String[] levels(String text) {
        return text.split("/", -1);
    }
}
