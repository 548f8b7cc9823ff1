package securemqtt.responder.exchange;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Function;
import securemqtt.protocol.Action;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.ExchangeSteps;
import securemqtt.protocol.NetId;
import securemqtt.protocol.Refusal;
import securemqtt.protocol.RefusedException;
import securemqtt.protocol.Topics;
import securemqtt.responder.diagnosis.AgreedValues;

/** Decides the answer to each request. Knows sessions, but no broker. */
public final class Responder {
    /**
     * The longest answer text, in bytes of UTF-8. Its token has 3,998,756 bytes. A broker with a packet limit of
     * 4,000,000 bytes would close the connection over a longer token.
     */
    static final int MAX_ANSWER_BYTES = 2_999_000;

    private final Sessions sessions;
    private final TokenActions tokenActions;
    private final Function<DhPublicKey, DhKeyPair> keyPairs;
    private final TextTransformer transformer;
    private final InstantSource clock;
    private final SecureRandom random;
    private final boolean keepSecrets;
    /** Gets the steps of each exchange, secrets included; empty unless the operator asked for them. */
    private final Optional<BiConsumer<NetId, List<String>>> steps;

    /** The NetIDs that sent a key. Those beyond the limit count as if they had not. */
    private final Cache<NetId, Boolean> keySent =
            Caffeine.newBuilder().maximumSize(100_000).executor(Runnable::run).build();

    /**
     * @param keyPairs supplies the responder's key pair for each new session, given the client's public key
     * @param keepSecrets whether sessions keep their shared secrets, for {@link #agreedValues}
     */
    public Responder(
            Sessions sessions,
            Function<DhPublicKey, DhKeyPair> keyPairs,
            InstantSource clock,
            SecureRandom random,
            boolean keepSecrets) {
        this(sessions, keyPairs, clock, random, keepSecrets, Optional.empty());
    }

    /**
     * @param keyPairs supplies the responder's key pair for each new session, given the client's public key
     * @param keepSecrets whether sessions keep their shared secrets, for {@link #agreedValues}
     * @param steps gets the lines of {@link ExchangeSteps} about each key exchange and each token; must not wait
     */
    public Responder(
            Sessions sessions,
            Function<DhPublicKey, DhKeyPair> keyPairs,
            InstantSource clock,
            SecureRandom random,
            boolean keepSecrets,
            Optional<BiConsumer<NetId, List<String>>> steps) {
        this.keepSecrets = keepSecrets;
        this.steps = steps;
        this.sessions = sessions;
        this.tokenActions = new TokenActions(sessions::has, sessions::close);
        sessions.onLastClosed(tokenActions::forget);
        this.keyPairs = keyPairs;
        this.transformer = new TextTransformer(random);
        this.clock = clock;
        this.random = random;
    }

    /**
     * Remembers a request. Call this for every request, in the order of arrival, before any other decision, even if
     * the request is never answered.
     *
     * @param payload the payload as received
     * @throws RefusedException if the request must not be answered
     */
    public void recordArrival(Topics.Request request, byte[] payload) throws RefusedException {
        if (request instanceof Topics.Transform transform) {
            tokenActions.recordArrival(transform.netId(), transform.action(), payload);
        } else {
            keySent.put(request.netId(), true);
        }
    }

    /**
     * Closes all sessions. While the connection was lost, the responder missed requests, and anybody could send their
     * tokens again under another action.
     */
    public void connectionLost() {
        sessions.closeAll();
    }

    /** Whether a NetID has sent a key since the start. Its session may have ended, or not have begun. */
    public boolean hasSentKey(NetId netId) {
        return keySent.getIfPresent(netId) != null;
    }

    /** The numbers of a NetID's open sessions, the latest first. The caller wipes the secrets. Empty if they are not kept. */
    public List<AgreedValues> agreedValues(NetId netId) {
        return sessions.of(netId).stream()
                .flatMap(session -> session.agreedValues().stream())
                .toList();
    }

    /**
     * Answers a request. Several threads may call this at once.
     *
     * @param payload the payload as received: a public key in PEM, or a token
     * @throws RefusedException if the request is refused
     */
    public Answer answer(Topics.Request request, byte[] payload) throws RefusedException {
        if (request instanceof Topics.KeyExchange exchange) {
            return exchangeKeys(exchange, payload);
        }
        return transform((Topics.Transform) request, payload);
    }

    private Answer exchangeKeys(Topics.KeyExchange exchange, byte[] pem) throws RefusedException {
        DhPublicKey clientKey = DhPublicKey.parse(DhGroup.lab(), pem);
        // An attacker may send our own public key back to us.
        if (sessions.of(exchange.netId()).stream()
                .anyMatch(session -> session.ownKey().equals(clientKey))) {
            throw new RefusedException(Refusal.KEY_OURS);
        }
        // With QoS 1 a message may arrive twice. The second copy must not replace the session of the first.
        Optional<Session> known = sessions.find(exchange.netId(), clientKey);
        Session session = known.isPresent() ? known.get() : openSession(exchange.netId(), clientKey);
        keySent.put(exchange.netId(), true);
        return new Answer(
                exchange.responseTopic(),
                session.ownKey().toPem(),
                clientKey,
                Optional.empty(),
                "keys exchanged, fingerprints: theirs " + clientKey.fingerprint() + ", ours "
                        + session.ownKey().fingerprint());
    }

    private Session openSession(NetId netId, DhPublicKey clientKey) throws RefusedException {
        DhKeyPair keyPair = keyPairs.apply(clientKey);
        Session fresh = Session.open(clientKey, keyPair, clock, random, keepSecrets);
        Session kept = sessions.put(netId, fresh);
        if (steps.isPresent() && kept == fresh) {
            steps.get().accept(netId, ExchangeSteps.ofResponder(keyPair, clientKey));
        }
        return kept;
    }

    private Answer transform(Topics.Transform request, byte[] token) throws RefusedException {
        try {
            return answer(request, token);
        } catch (RefusedException e) {
            tokenActions.notAuthentic(request.netId(), token);
            throw e;
        }
    }

    private Answer answer(Topics.Transform request, byte[] token) throws RefusedException {
        Refusal refusal = Refusal.NO_SESSION;
        List<Session> open = sessions.of(request.netId());
        for (Session session : open) {
            try {
                AtomicReference<Texts> texts = new AtomicReference<>();
                byte[] answer = session.answer(token, text -> {
                    tokenActions.authentic(request.netId(), token);
                    byte[] transformed = transform(request.action(), text);
                    texts.set(new Texts(text, transformed));
                    return transformed;
                });
                sessions.find(request.netId(), session.clientKey());
                showSteps(request.netId(), session, token, Optional.of(answer));
                return new Answer(
                        request.responseTopic(),
                        answer,
                        session.clientKey(),
                        Optional.of(texts.get()),
                        "answered " + request.action().wireName());
            } catch (RefusedException e) {
                if (!mayBeOfAnotherSession(e.refusal())) {
                    showSteps(request.netId(), session, token, Optional.empty());
                    throw e;
                }
                // A session that was just closed cannot check the token, so its refusal must not replace that of an
                // open session.
                if (e.refusal() != Refusal.NO_SESSION) {
                    refusal = e.refusal();
                }
            }
        }
        if (!open.isEmpty()) {
            showSteps(request.netId(), open.get(0), token, Optional.empty());
        }
        throw new RefusedException(refusal);
    }

    /** Shows nothing of a session that was closed in the meantime. */
    private void showSteps(NetId netId, Session session, byte[] request, Optional<byte[]> response) {
        if (steps.isEmpty()) {
            return;
        }
        try {
            List<String> lines = new ArrayList<>(session.requestSteps(request));
            if (response.isPresent()) {
                lines.addAll(session.responseSteps(response.get()));
            }
            steps.get().accept(netId, lines);
        } catch (RefusedException e) {
            // The session is closed, and its key is wiped.
        }
    }

    /** A token does not name its session. Only the HMAC shows which session of the NetID it belongs to. */
    private static boolean mayBeOfAnotherSession(Refusal refusal) {
        return refusal == Refusal.TOKEN_NOT_AUTHENTIC || refusal == Refusal.NO_SESSION;
    }

    private byte[] transform(Action action, byte[] text) throws RefusedException {
        try {
            String decoded = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text))
                    .toString();
            byte[] answer = transformer.transform(action, decoded).getBytes(StandardCharsets.UTF_8);
            if (answer.length > MAX_ANSWER_BYTES) {
                throw new RefusedException(Refusal.ANSWER_TOO_LONG);
            }
            return answer;
        } catch (CharacterCodingException e) {
            throw new RefusedException(Refusal.TEXT_NOT_UTF8, e);
        }
    }
}
