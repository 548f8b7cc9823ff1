package securemqtt.responder.channel;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import securemqtt.protocol.Refusal;
import securemqtt.protocol.RefusedException;
import securemqtt.protocol.Topics;
import securemqtt.responder.diagnosis.Diagnosis;
import securemqtt.responder.diagnosis.Mistake;
import securemqtt.responder.log.LogFields;
import securemqtt.responder.log.LogText;

/**
 * The log line about one message.
 *
 * @param text for people
 * @param fields for programs, see {@link LogFields}
 */
record MessageLine(String text, Map<String, Object> fields) {
    /**
     * The line about a refused message. It names the mistake, or else explains the reason.
     *
     * @param topic the topic as received; untrusted
     * @param diagnosis why the client sent the message so; empty if unknown
     */
    static MessageLine refused(Refusal reason, String topic, Optional<Diagnosis> diagnosis) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("netid", netId(topic));
        fields.put("topic", LogText.of(topic));
        fields.put("reason", reason.code());
        diagnosis.ifPresent(found -> addTo(fields, found));
        String why = diagnosis
                .map(found ->
                        found.mistakes().isEmpty() ? reason.explanation() + "; " + found.describe() : found.describe())
                .orElse(reason.explanation());
        return new MessageLine(prefix(topic) + "refused " + request(topic) + ", " + reason.code() + ": " + why, fields);
    }

    /**
     * The line about a message that was answered although it shows a mistake.
     *
     * @param topic the topic of the request
     */
    static MessageLine answered(String topic, Mistake mistake) {
        Diagnosis diagnosis = Diagnosis.recognized(mistake);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("netid", netId(topic));
        fields.put("topic", LogText.of(topic));
        addTo(fields, diagnosis);
        return new MessageLine(prefix(topic) + "answered, but " + diagnosis.describe(), fields);
    }

    /**
     * The line about a message that the embedded broker has seen, whether or not it was delivered to the responder.
     *
     * @param topic the topic as received; untrusted, and with a NetID as its first level that is not empty
     */
    static MessageLine seen(String topic, Mistake mistake) {
        String fromNetId = topic.startsWith("/") ? topic.substring(1) : topic;
        Diagnosis diagnosis = Diagnosis.recognized(mistake);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("netid", netId(fromNetId));
        fields.put("topic", LogText.of(topic));
        addTo(fields, diagnosis);
        return new MessageLine(
                prefix(fromNetId) + "message on topic " + LogText.of(topic) + ": " + diagnosis.describe(), fields);
    }

    private static void addTo(Map<String, Object> fields, Diagnosis diagnosis) {
        if (!diagnosis.mistakes().isEmpty()) {
            fields.put("mistake", diagnosis.mistakes().stream().map(Mistake::id).collect(Collectors.joining(",")));
        }
        fields.put("stage", diagnosis.stage().id());
        fields.put("proved", diagnosis.proved());
    }

    private static String prefix(String topic) {
        String netId = netId(topic);
        return netId.isEmpty() ? "" : netId + ": ";
    }

    /** The first level of the topic, whether or not it is a valid NetID. */
    private static String netId(String topic) {
        int slash = topic.indexOf('/');
        return LogText.of(slash < 0 ? topic : topic.substring(0, slash));
    }

    /** The action or {@code key-exchange}; the whole topic if it is not a request's. */
    private static String request(String topic) {
        try {
            Topics.parseRequest(topic);
            return topic.split("/")[1];
        } catch (RefusedException e) {
            return "topic " + LogText.of(topic);
        }
    }
}
