package securemqtt.responder.check;

import java.util.Optional;
import securemqtt.protocol.Refusal;
import securemqtt.responder.diagnosis.Diagnosis;

/**
 * A message of the client that the responder refused.
 *
 * @param topic as received
 * @param diagnosis empty if it shows no known mistake
 */
record RefusedRequest(String topic, Refusal reason, Optional<Diagnosis> diagnosis) {
    /** For people, in one line. */
    String describe() {
        return "the responder refused the message on " + topic + ": "
                + diagnosis.map(Diagnosis::describe).orElse(reason.explanation());
    }
}
