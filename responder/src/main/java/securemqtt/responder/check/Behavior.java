package securemqtt.responder.check;

import securemqtt.protocol.RefusedException;
import securemqtt.protocol.Topics;

/** What a responder does with a request. One thread calls it, for one request after another. */
@FunctionalInterface
interface Behavior {
    /**
     * Handles a request.
     *
     * @throws RefusedException if the request is refused; the case records the reason
     */
    void receive(Topics.Request request, byte[] payload, Publisher publisher)
            throws RefusedException, InterruptedException;

    /** Publishes with QoS 1, without the retain flag. */
    interface Publisher {
        void publish(String topic, byte[] payload);
    }
}
