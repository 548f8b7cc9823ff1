package securemqtt.responder.diagnosis;

import java.util.Locale;
import java.util.Optional;
import securemqtt.protocol.Action;

/** Recognizes a misspelt topic. */
public final class TopicDiagnosis {
    private TopicDiagnosis() {}

    /** The mistake in a request's topic; empty if it shows none. */
    public static Optional<Mistake> diagnose(String topic) {
        if (topic.startsWith("/")) {
            return Optional.of(Mistake.TOPIC_LEADING_SLASH);
        }
        String[] levels = topic.split("/", -1);
        if (levels.length != 3) {
            return Optional.empty();
        }
        if (levels[1].toLowerCase(Locale.ROOT).equals("key_exchange")) {
            return Optional.of(Mistake.TOPIC_UNDERSCORE);
        }
        String lower = levels[1].toLowerCase(Locale.ROOT).replace('_', '-');
        boolean known = lower.equals("key-exchange") || Action.named(lower).isPresent();
        return known && !lower.equals(levels[1]) ? Optional.of(Mistake.TOPIC_ACTION_CASE) : Optional.empty();
    }
}
