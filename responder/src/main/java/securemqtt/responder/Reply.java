package securemqtt.responder;

/**
 * What is to be published in answer to a request.
 *
 * @param step what was done, for those who asked for every step; without secrets
 */
record Reply(String topic, byte[] payload, String step) {}
