package securemqtt.responder.exchange;

import java.util.Optional;
import securemqtt.protocol.DhPublicKey;

/**
 * The answer to a request, to be published.
 *
 * @param topic the topic to publish it on
 * @param payload the bytes to publish: our public key in PEM, or a token
 * @param clientKey the client's public key of the session
 * @param texts the texts of a request with a token; empty for a key exchange
 * @param step what the responder did, for the verbose log; contains no secret and no text
 */
public record Answer(String topic, byte[] payload, DhPublicKey clientKey, Optional<Texts> texts, String step) {}
