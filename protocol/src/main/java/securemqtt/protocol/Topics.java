package securemqtt.protocol;

/**
 * The topics of the exchange: {@code NETID/key-exchange} and {@code NETID/ACTION}, each with /request and /response.
 */
public final class Topics {
    private static final String KEY_EXCHANGE = "key-exchange";
    private static final String REQUEST = "request";
    private static final String RESPONSE = "response";

    private Topics() {}

    /** A request, as its topic describes it. */
    public sealed interface Request {
        NetId netId();

        /** The topic of the answer to this request. */
        String responseTopic();
    }

    /** The message carries the client's public key, and the answer carries the responder's. */
    public record KeyExchange(NetId netId) implements Request {
        @Override
        public String responseTopic() {
            return keyExchangeResponse(netId);
        }
    }

    /** The message carries a token of a text, and the answer carries a token of the transformed text. */
    public record Transform(NetId netId, Action action) implements Request {
        @Override
        public String responseTopic() {
            return actionResponse(netId, action);
        }
    }

    public static String keyExchangeRequest(NetId netId) {
        return topic(netId, KEY_EXCHANGE, REQUEST);
    }

    public static String keyExchangeResponse(NetId netId) {
        return topic(netId, KEY_EXCHANGE, RESPONSE);
    }

    public static String actionRequest(NetId netId, Action action) {
        return topic(netId, action.wireName(), REQUEST);
    }

    public static String actionResponse(NetId netId, Action action) {
        return topic(netId, action.wireName(), RESPONSE);
    }

    /** The topic filter for all requests of all NetIDs. */
    public static String allRequests() {
        return "+/+/" + REQUEST;
    }

    /** The topic filter for all requests of one NetID. */
    public static String allRequests(NetId netId) {
        return netId.value() + "/+/" + REQUEST;
    }

    /**
     * Reads the topic of a request.
     *
     * @throws RefusedException if the topic is not {@code NETID/key-exchange/request} or {@code NETID/ACTION/request}
     */
    public static Request parseRequest(String topic) throws RefusedException {
        String[] levels = topic.split("/", -1);
        if (levels.length != 3 || !levels[2].equals(REQUEST)) {
            throw new RefusedException(Refusal.TOPIC_NOT_A_REQUEST);
        }
        NetId netId = parseNetId(levels[0]);
        if (levels[1].equals(KEY_EXCHANGE)) {
            return new KeyExchange(netId);
        }
        return Action.named(levels[1])
                .map(action -> new Transform(netId, action))
                .orElseThrow(() -> new RefusedException(Refusal.TOPIC_UNKNOWN_ACTION));
    }

    private static NetId parseNetId(String level) throws RefusedException {
        try {
            return new NetId(level);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(Refusal.TOPIC_BAD_NETID, e);
        }
    }

    private static String topic(NetId netId, String action, String direction) {
        return netId.value() + "/" + action + "/" + direction;
    }
}
