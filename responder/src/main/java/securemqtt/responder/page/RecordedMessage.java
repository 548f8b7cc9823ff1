package securemqtt.responder.page;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import securemqtt.protocol.Refusal;
import securemqtt.responder.channel.ReceivedMessage;
import securemqtt.responder.diagnosis.Diagnosis;
import securemqtt.responder.diagnosis.Mistake;

/**
 * A request and its outcome.
 *
 * @param number as {@link ReceivedMessage#number}; 0 if only the embedded broker has seen the message
 * @param topic as received, shortened; untrusted
 * @param qos as delivered; empty if only the embedded broker has seen the message
 * @param payload empty if only the embedded broker has seen the message
 */
record RecordedMessage(
        long number,
        Instant time,
        String topic,
        Optional<Integer> qos,
        boolean isRetained,
        Optional<Excerpt> payload,
        Outcome outcome) {
    /** Of objects, in bytes. */
    private static final int OVERHEAD = 300;
    /** A topic may have 65,535 bytes. */
    private static final int MAX_TOPIC = 500;

    RecordedMessage {
        topic = topic.length() > MAX_TOPIC ? topic.substring(0, MAX_TOPIC) + "\u2026" : topic;
    }

    /** The outcome of a request. */
    sealed interface Outcome {
        /** How many bytes it keeps. */
        default int keptBytes() {
            return 0;
        }
    }

    /**
     * @param time when the responder sent it
     * @param texts the texts of request and response; empty for a key exchange
     * @param mistakes the client's mistakes that did not prevent the answer
     */
    record Answered(String topic, Instant time, Excerpt payload, Optional<TextExcerpts> texts, List<Mistake> mistakes)
            implements Outcome {
        @Override
        public int keptBytes() {
            return payload.bytes().length
                    + texts.map(kept -> kept.request().bytes().length
                                    + kept.response().bytes().length)
                            .orElse(0);
        }
    }

    /** @param diagnosis empty until there is one */
    record Refused(Refusal reason, Optional<Diagnosis> diagnosis) implements Outcome {}

    /** An internal error, or an answer that could not be sent. */
    record Failed() implements Outcome {}

    /** The embedded broker has seen a mistake. */
    record Seen(Mistake mistake) implements Outcome {}

    record TextExcerpts(Excerpt request, Excerpt response) {}

    static RecordedMessage of(ReceivedMessage message, Outcome outcome) {
        return new RecordedMessage(
                message.number(),
                message.time(),
                message.topic(),
                Optional.of(message.qos()),
                message.isRetained(),
                Optional.of(Excerpt.of(message.payload())),
                outcome);
    }

    RecordedMessage with(Outcome changed) {
        return new RecordedMessage(number, time, topic, qos, isRetained, payload, changed);
    }

    /** How many bytes this keeps, roughly. */
    int keptBytes() {
        return OVERHEAD
                + topic.length()
                + payload.map(kept -> kept.bytes().length).orElse(0)
                + outcome.keptBytes();
    }
}
