package securemqtt.responder.channel;

import java.util.List;
import securemqtt.protocol.NetId;
import securemqtt.protocol.Refusal;
import securemqtt.responder.diagnosis.Diagnosis;
import securemqtt.responder.diagnosis.Mistake;
import securemqtt.responder.exchange.Answer;

/**
 * Is told the outcome of each message. It is called on the threads that answer, also on several at once, so it must
 * neither wait nor throw. It must not keep payloads or texts of any length.
 */
public interface MessageListener {
    /** Ignores everything. */
    MessageListener NONE = new MessageListener() {};

    /**
     * A message is being answered.
     *
     * @param mistakes the client's mistakes that did not prevent the answer
     */
    default void answered(ReceivedMessage message, Answer answer, List<Mistake> mistakes) {}

    /** A message was refused. */
    default void refused(ReceivedMessage message, Refusal reason) {}

    /** The diagnosis of a message that was refused before. */
    default void diagnosed(ReceivedMessage message, Diagnosis diagnosis) {}

    /**
     * A message gets no answer, because of an internal error or because its answer could not be sent.
     *
     * @param topic the topic of the request; untrusted
     * @param number the number of the message
     */
    default void failed(String topic, long number) {}

    /**
     * The embedded broker has seen a message with a mistake, whether or not it was delivered to the responder.
     *
     * @param topic as received; untrusted
     */
    default void seen(String topic, Mistake mistake) {}

    /** The values of the steps of an exchange, secrets included. Only if the operator asked for them. */
    default void steps(NetId netId, List<String> lines) {}
}
