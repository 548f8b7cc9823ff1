package securemqtt.responder.check;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.Fernet;
import securemqtt.protocol.RefusedException;
import securemqtt.protocol.Topics;
import securemqtt.responder.exchange.Answer;

/** A responder that publishes something else before each right answer, as others on the broker may. */
final class WrongAnswers implements KnowingBehavior {
    private static final byte[] JUNK = "junk".getBytes(StandardCharsets.US_ASCII);
    /** Where the ciphertext begins in a token. */
    private static final int CIPHERTEXT = 25;

    private final GoodResponder good = new GoodResponder();
    private final Others beforeKey;
    private final Others beforeToken;

    /** Payloads to publish before the right one. */
    @FunctionalInterface
    interface Others {
        List<byte[]> before(byte[] request, byte[] answer);
    }

    private WrongAnswers(Others beforeKey, Others beforeToken) {
        this.beforeKey = beforeKey;
        this.beforeToken = beforeToken;
    }

    /** Something else before the key. */
    static WrongAnswers keyBefore(Others others) {
        return new WrongAnswers(others, (request, answer) -> List.of());
    }

    /** Something else before the answer. */
    static WrongAnswers tokenBefore(Others others) {
        return new WrongAnswers((request, answer) -> List.of(), others);
    }

    /** Texts, nothing, bytes that are no text, and a token under no key. */
    static WrongAnswers junkBefore() {
        Others junk = (request, answer) -> {
            byte[] token = Base64.getUrlDecoder().decode("gAAAAABlU_EA".repeat(9));
            return List.of(
                    JUNK,
                    new byte[0],
                    new byte[] {(byte) 0xFF, 0, (byte) 0xFE},
                    Base64.getUrlEncoder().encode(token));
        };
        return new WrongAnswers(junk, junk);
    }

    /** Each answer twice. */
    static WrongAnswers everythingTwice() {
        Others same = (request, answer) -> List.of(answer);
        return new WrongAnswers(same, same);
    }

    /** A token with one changed bit in its ciphertext. */
    static byte[] changed(byte[] token) {
        byte[] bytes = Base64.getUrlDecoder().decode(token);
        bytes[CIPHERTEXT] ^= 1;
        return Base64.getUrlEncoder().encode(bytes);
    }

    /** A token of a text under the key that a client has agreed on with the owner of {@code responderKey}. */
    static byte[] token(DhKeyPair client, byte[] responderKey, String text) throws RefusedException {
        return new Fernet(
                        client.agree(DhPublicKey.parse(DhGroup.lab(), responderKey)),
                        InstantSource.system(),
                        WrongKeys.RANDOM)
                .encrypt(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void receive(Topics.Request request, byte[] payload, Publisher publisher) throws RefusedException {
        Answer answer = good.answer(request, payload);
        Others others = request instanceof Topics.KeyExchange ? beforeKey : beforeToken;
        others.before(payload, answer.payload()).forEach(other -> publisher.publish(answer.topic(), other));
        publisher.publish(answer.topic(), answer.payload());
    }

    @Override
    public GoodResponder knowledge() {
        return good;
    }
}
