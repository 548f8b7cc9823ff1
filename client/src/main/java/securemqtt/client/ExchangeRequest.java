package securemqtt.client;

import java.util.List;
import java.util.Set;
import securemqtt.protocol.Action;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.NetId;
import securemqtt.protocol.Topics;

/**
 * The request of the user: an action for a text, and the limits for the answer.
 *
 * @param text the bytes to transform: UTF-8, or any others; may be empty
 * @param pins SHA-256 fingerprints of the accepted responder keys, 64 hexadecimal digits in lower case; empty accepts
 *     any key
 * @param maxAnswerLength the longest accepted answer, in bytes of decrypted text
 * @param showSecrets whether to show the values of each step
 */
record ExchangeRequest(
        NetId netId, Action action, byte[] text, Set<String> pins, int maxAnswerLength, boolean showSecrets) {
    /** Bytes that a token has beyond its text in base64: version, time, IV, padding, HMAC, and some to spare. */
    private static final int TOKEN_OVERHEAD = 1024;

    String keyRequestTopic() {
        return Topics.keyExchangeRequest(netId);
    }

    String keyResponseTopic() {
        return Topics.keyExchangeResponse(netId);
    }

    String requestTopic() {
        return Topics.actionRequest(netId, action);
    }

    String responseTopic() {
        return Topics.actionResponse(netId, action);
    }

    List<String> responseTopics() {
        return List.of(keyResponseTopic(), responseTopic());
    }

    /**
     * The longest token that the client decrypts, in bytes. It holds an answer of twice the accepted length, so that
     * the client can tell an answer that is too long from a message that is no answer at all.
     */
    int maxTokenLength() {
        return (int) Math.min(Integer.MAX_VALUE - 1L, TOKEN_OVERHEAD + 2L * maxAnswerLength * 4 / 3);
    }

    /** The longest payload that the client looks at, in bytes, whether key or token. */
    int maxMessageLength() {
        return Math.max(maxTokenLength(), DhPublicKey.MAX_PEM_LENGTH);
    }
}
