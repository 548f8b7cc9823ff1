package securemqtt.responder.exchange;

/**
 * What is to be published in answer to a request.
 *
 * @param step what was done, for those who asked for every step; without secrets
 */
public record Answer(String topic, byte[] payload, String step) {}
