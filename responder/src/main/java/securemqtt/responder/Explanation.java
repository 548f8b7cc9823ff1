package securemqtt.responder;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.ExchangeSteps;
import securemqtt.protocol.Fernet;
import securemqtt.protocol.Refusal;
import securemqtt.protocol.RefusedException;
import securemqtt.protocol.SessionKey;
import securemqtt.protocol.SharedSecret;
import securemqtt.responder.diagnosis.AgreedValues;
import securemqtt.responder.diagnosis.Diagnosis;
import securemqtt.responder.diagnosis.RefusedMessage;
import securemqtt.responder.diagnosis.RightCall;
import securemqtt.responder.log.LogText;

/** Explains an exchange to somebody who has the client's private key, as lines for people. */
final class Explanation {
    private final DhKeyPair client;
    private final DhPublicKey responder;

    Explanation(DhKeyPair client, DhPublicKey responder) {
        this.client = client;
        this.responder = responder;
    }

    /**
     * The steps of the key exchange, as {@code --show-secrets} prints them.
     *
     * @throws RefusedException if the responder's key is the client's, or the shared secret is 1 or p-1
     */
    List<String> keys() throws RefusedException {
        return ExchangeSteps.ofClient(client, responder);
    }

    /**
     * The steps of a token that the client sent.
     *
     * @throws RefusedException as {@link #keys}
     */
    List<String> token(byte[] token) throws RefusedException {
        SessionKey key = client.agree(responder);
        try {
            return ExchangeSteps.ofRequest(key, token);
        } finally {
            key.destroy();
        }
    }

    /**
     * What the responder makes of a token: the text, or the reason for which it refuses the token, with the client's
     * mistakes and the calls that do it right.
     *
     * @param outOfTime asked again and again; once true, the search for mistakes ends without a result
     * @throws RefusedException as {@link #keys}
     */
    List<String> result(byte[] token, BooleanSupplier outOfTime) throws RefusedException {
        SharedSecret secret = client.agreeOnSecret(responder);
        SessionKey key = secret.deriveSessionKey();
        try {
            return List.of("result: the token is right, its text is: " + LogText.line(text(key, token)));
        } catch (RefusedException e) {
            Optional<Diagnosis> diagnosis = diagnose(e.refusal(), token, secret, outOfTime);
            List<String> lines = new ArrayList<>();
            lines.add(
                    "result: refused " + e.refusal().code() + ": " + e.refusal().explanation()
                            + diagnosis.map(found -> "; " + found.describe()).orElse(""));
            diagnosis.ifPresent(found -> found.mistakes().stream()
                    .flatMap(mistake -> mistake.rightCall().stream())
                    .distinct()
                    .forEach(call -> lines.addAll(lines(call))));
            return lines;
        } finally {
            key.destroy();
            secret.destroy();
        }
    }

    private static List<String> lines(RightCall call) {
        return Arrays.stream(RightCall.Language.values())
                .map(language -> "right in " + language.title() + ": "
                        + call.calls().get(language).replace("`", ""))
                .toList();
    }

    private static String text(SessionKey key, byte[] token) throws RefusedException {
        byte[] text = new Fernet(key, InstantSource.system(), new SecureRandom()).decrypt(token);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new RefusedException(Refusal.TEXT_NOT_UTF8, e);
        }
    }

    private Optional<Diagnosis> diagnose(
            Refusal refusal, byte[] token, SharedSecret secret, BooleanSupplier outOfTime) {
        AgreedValues agreed = new AgreedValues(secret.copy(), client.publicKey().value(), responder.value());
        try {
            return new RefusedMessage(refusal, "", token, true, List.of(agreed)).diagnose(outOfTime);
        } finally {
            Arrays.fill(agreed.secret(), (byte) 0);
        }
    }

    /** The bytes of a token in a file. One newline at the end belongs to the file, as tools write it. */
    static byte[] withoutNewline(byte[] file) {
        int length = file.length;
        if (length > 0 && file[length - 1] == '\n') {
            length--;
            if (length > 0 && file[length - 1] == '\r') {
                length--;
            }
        }
        return Arrays.copyOf(file, length);
    }
}
