package securemqtt.client;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The messages that an exchange ignored, counted by reason. */
final class IgnoredMessages {
    private final Map<String, Integer> countsByReason = new LinkedHashMap<>();

    /**
     * Counts one more message.
     *
     * @param reason a short text; the same text for every message of this kind, because each distinct text takes
     *     memory
     * @return whether it is the first message with this reason
     */
    boolean add(String reason) {
        return countsByReason.merge(reason, 1, Integer::sum) == 1;
    }

    /**
     * The end of an error line, with each reason in the order of its first message; empty if no message was ignored.
     */
    String summary() {
        if (countsByReason.isEmpty()) {
            return "";
        }
        return countsByReason.entrySet().stream()
                .map(entry -> entry.getKey() + " (" + entry.getValue() + (entry.getValue() == 1 ? " time)" : " times)"))
                .collect(Collectors.joining("; ", "; ignored ", ""));
    }
}
