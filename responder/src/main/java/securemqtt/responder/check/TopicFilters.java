package securemqtt.responder.check;

/** Topic filters of MQTT (3.1.1, section 4.7). */
final class TopicFilters {
    private TopicFilters() {}

    /** Whether a subscription to the filter gets messages on the topic. */
    static boolean matches(String filter, String topic) {
        String[] filters = filter.split("/", -1);
        String[] levels = topic.split("/", -1);
        for (int i = 0; i < filters.length; i++) {
            if (filters[i].equals("#")) {
                return true;
            }
            if (i >= levels.length || !filters[i].equals("+") && !filters[i].equals(levels[i])) {
                return false;
            }
        }
        return filters.length == levels.length;
    }
}
