package securemqtt.responder;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import securemqtt.protocol.Action;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.Refusal;
import securemqtt.protocol.RefusedException;
import securemqtt.protocol.Topics;

/** Decides what the answer to a request is. Knows sessions, but no broker. */
final class Responder {
    private final Sessions sessions;
    private final Supplier<DhKeyPair> keyPairs;
    private final TextTransformer transformer;
    private final InstantSource clock;
    private final SecureRandom random;

    /** @param keyPairs asked for one for each session */
    Responder(Sessions sessions, Supplier<DhKeyPair> keyPairs, InstantSource clock, SecureRandom random) {
        this.sessions = sessions;
        this.keyPairs = keyPairs;
        this.transformer = new TextTransformer(random);
        this.clock = clock;
        this.random = random;
    }

    /**
     * Answers a request; may be called from several threads at once.
     *
     * @throws RefusedException if there is no answer to it
     */
    Reply answer(Topics.Request request, byte[] payload) throws RefusedException {
        if (request instanceof Topics.KeyExchange exchange) {
            return exchangeKeys(exchange, payload);
        }
        return transform((Topics.Transform) request, payload);
    }

    private Reply exchangeKeys(Topics.KeyExchange exchange, byte[] pem) throws RefusedException {
        DhPublicKey clientKey = DhPublicKey.parse(DhGroup.lab(), pem);
        // With QoS 1 a message may come twice: the second time it must not undo the session of the first.
        Optional<Session> known = sessions.find(exchange.netId(), clientKey);
        Session session = known.isPresent()
                ? known.get()
                : sessions.put(exchange.netId(), Session.open(clientKey, keyPairs.get(), clock, random));
        return new Reply(
                exchange.responseTopic(),
                session.ownKey().toPem(),
                "keys exchanged, fingerprints: theirs " + clientKey.fingerprint() + ", ours "
                        + session.ownKey().fingerprint());
    }

    private Reply transform(Topics.Transform request, byte[] token) throws RefusedException {
        Refusal refusal = Refusal.NO_SESSION;
        for (Session session : sessions.of(request.netId())) {
            try {
                byte[] answer = session.answer(token, text -> transform(request.action(), text));
                sessions.find(request.netId(), session.clientKey());
                return new Reply(
                        request.responseTopic(),
                        answer,
                        "answered " + request.action().wireName());
            } catch (RefusedException e) {
                if (!mayBeOfAnotherSession(e.refusal())) {
                    throw e;
                }
                // A session that was closed just now could not tell, and takes nothing back of what an open one told.
                if (e.refusal() != Refusal.NO_SESSION) {
                    refusal = e.refusal();
                }
            }
        }
        throw new RefusedException(refusal);
    }

    /** Which of a NetID's sessions a token belongs to only its HMAC shows. */
    private static boolean mayBeOfAnotherSession(Refusal refusal) {
        return refusal == Refusal.TOKEN_NOT_AUTHENTIC || refusal == Refusal.NO_SESSION;
    }

    private byte[] transform(Action action, byte[] text) throws RefusedException {
        try {
            String decoded = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text))
                    .toString();
            return transformer.transform(action, decoded).getBytes(StandardCharsets.UTF_8);
        } catch (CharacterCodingException e) {
            throw new RefusedException(Refusal.TEXT_NOT_UTF8, e);
        }
    }
}
