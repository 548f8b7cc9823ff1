package securemqtt.responder.diagnosis;

import java.util.Optional;
import securemqtt.protocol.RefusedException;
import securemqtt.protocol.Topics;

/**
 * A message that the embedded broker received. It need not reach the responder.
 *
 * @param topic as received
 * @param isRetained whether it has the retain flag
 * @param length of its payload in bytes
 * @param sender what the sender is, by its subscriptions
 */
public record SeenMessage(String topic, boolean isRetained, int length, Sender sender) {
    private static final String RESPONSE = "/response";
    private static final int LEVELS = 3;

    /**
     * What a connection's subscriptions show of it.
     *
     * @param getsRequests whether it may get requests, as a responder does
     * @param getsResponses whether it is subscribed to responses to one NetID, as a client is
     */
    public record Sender(boolean getsRequests, boolean getsResponses) {
        /** A connection without subscriptions. */
        public static final Sender UNKNOWN = new Sender(false, false);

        /** This connection with one more subscription. */
        public Sender with(String filter) {
            String[] shared = filter.split("/", LEVELS);
            boolean isShared = shared[0].equals("$share") && shared.length == LEVELS;
            String[] levels = (isShared ? shared[LEVELS - 1] : filter).split("/", -1);
            String last = levels[levels.length - 1];
            boolean endsInHash = last.equals("#") && levels.length <= LEVELS + 1;
            boolean hasThree = levels.length == LEVELS;
            return new Sender(
                    getsRequests || endsInHash || hasThree && (last.equals("request") || last.equals("+")),
                    getsResponses || hasThree && last.equals("response") && !levels[0].equals("+"));
        }
    }

    /** The mistake that it shows; empty if it shows none, or if a responder may have sent it. */
    public Optional<Mistake> mistake() {
        if (sender.getsRequests()) {
            return Optional.empty();
        }
        if (topic.startsWith("/")) {
            return isRequest(topic.substring(1)) ? Optional.of(Mistake.TOPIC_LEADING_SLASH) : Optional.empty();
        }
        if (topic.endsWith(RESPONSE)) {
            String request = topic.substring(0, topic.length() - RESPONSE.length()) + "/request";
            return sender.getsResponses() && length > 0 && isRequest(request)
                    ? Optional.of(Mistake.TOPIC_RESPONSE)
                    : Optional.empty();
        }
        // An empty retained message is no request: it makes the broker forget the retained one.
        return isRetained && length > 0 && isRequest(topic) ? Optional.of(Mistake.RETAIN) : Optional.empty();
    }

    /** Whether {@link #mistake} can find one, given the topic and the retain flag alone. Quick. */
    public static boolean mayShowMistake(String topic, boolean isRetained) {
        return isRetained || topic.startsWith("/") || topic.endsWith(RESPONSE);
    }

    private static boolean isRequest(String topic) {
        try {
            Topics.parseRequest(topic);
            return true;
        } catch (RefusedException e) {
            return false;
        }
    }
}
