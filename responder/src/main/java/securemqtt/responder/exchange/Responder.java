package securemqtt.responder.exchange;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
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

    private final SessionStore sessions;
    private final Function<DhPublicKey, DhKeyPair> keyPairs;
    private final TextTransformer transformer;
    private final InstantSource clock;
    private final SecureRandom random;
    private final boolean keepSecrets;
    /** Gets the steps of each exchange, secrets included; empty unless the operator asked for them. */
    private final Optional<BiConsumer<NetId, List<String>>> steps;

    /**
     * @param keyPairs supplies the responder's key pair for each new session, given the client's public key
     * @param keepSecrets whether sessions keep their shared secrets, for {@link #agreedValues}
     */
    public Responder(
            SessionStore sessions,
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
            SessionStore sessions,
            Function<DhPublicKey, DhKeyPair> keyPairs,
            InstantSource clock,
            SecureRandom random,
            boolean keepSecrets,
            Optional<BiConsumer<NetId, List<String>>> steps) {
        this.keepSecrets = keepSecrets || sessions.needsSecrets();
        this.steps = steps;
        this.sessions = sessions;
        this.keyPairs = keyPairs;
        this.transformer = new TextTransformer(random);
        this.clock = clock;
        this.random = random;
    }

    /** A request that has arrived. */
    public interface Arrival {
        /** The bytes that this occupies besides the request while it waits. */
        int length();

        /**
         * Answers the request. Several threads may call this for different requests at once.
         *
         * @throws RefusedException if the request is refused
         */
        Answer answer() throws RefusedException;
    }

    /**
     * Remembers a request. Call this for every request, in the order of arrival, before any other decision, even if
     * the request is never answered. Never waits.
     *
     * @param payload the payload as received: a public key in PEM, or a token
     * @return fails with a {@link RefusedException} if the request must not be answered
     */
    public CompletionStage<Arrival> arrived(Topics.Request request, byte[] payload) {
        if (request instanceof Topics.Transform transform) {
            return sessions.tokenArrived(transform.netId(), transform.action(), payload)
                    .thenApply(token -> arrival(token.length(), () -> transform(transform, payload, token::sessions)));
        }
        Topics.KeyExchange exchange = (Topics.KeyExchange) request;
        return sessions.keyArrived(exchange.netId())
                .thenApply(key -> arrival(key.length(), () -> exchangeKeys(exchange, payload, key::sessions)));
    }

    /** Remembers a request as {@link #arrived} does, but keeps no payload. Call this if it will not be answered. */
    public void remember(Topics.Request request, byte[] payload) {
        if (request instanceof Topics.Transform transform) {
            sessions.tokenArrived(transform.netId(), transform.action(), payload);
        } else {
            sessions.keyArrived(request.netId());
        }
    }

    private interface Decision {
        Answer answer() throws RefusedException;
    }

    private static Arrival arrival(int length, Decision decision) {
        return new Arrival() {
            @Override
            public int length() {
                return length;
            }

            @Override
            public Answer answer() throws RefusedException {
                return decision.answer();
            }
        };
    }

    /** Call this after each loss of the connection to the broker, before new requests arrive. */
    public void connectionLost() {
        sessions.connectionLost();
    }

    /**
     * Whether a NetID may have sent a key since the start. Its session may have ended, or not have begun.
     *
     * @throws RefusedException if the sessions are unavailable
     */
    public boolean mayHaveSentKey(NetId netId) throws RefusedException {
        return sessions.mayHaveSentKey(netId);
    }

    /**
     * The numbers of a NetID's open sessions, the latest first. The caller wipes the secrets. Empty if they are not
     * kept.
     *
     * @throws RefusedException if the sessions are unavailable
     */
    public List<AgreedValues> agreedValues(NetId netId) throws RefusedException {
        try (OpenSessions open = sessions.of(netId)) {
            return open.list().stream()
                    .flatMap(session -> session.agreedValues().stream())
                    .toList();
        }
    }

    /**
     * Answers a request whose arrival nobody reported. Several threads may call this at once.
     *
     * @param payload the payload as received: a public key in PEM, or a token
     * @throws RefusedException if the request is refused
     */
    public Answer answer(Topics.Request request, byte[] payload) throws RefusedException {
        if (request instanceof Topics.KeyExchange exchange) {
            Answer answer = exchangeKeys(exchange, payload, () -> sessions.of(exchange.netId()));
            sessions.keyArrived(exchange.netId());
            return answer;
        }
        return transform((Topics.Transform) request, payload, () -> sessions.of(request.netId()));
    }

    private Answer exchangeKeys(Topics.KeyExchange exchange, byte[] pem, SessionSource source) throws RefusedException {
        NetId netId = exchange.netId();
        DhPublicKey clientKey = DhPublicKey.parse(DhGroup.lab(), pem);
        try (OpenSessions open = source.get()) {
            // An attacker may send our own public key back to us.
            if (open.list().stream().anyMatch(session -> session.ownKey().equals(clientKey))) {
                throw new RefusedException(Refusal.KEY_OURS);
            }
            // With QoS 1 a message may arrive twice. The second copy must not replace the session of the first.
            Optional<Session> known = open.with(clientKey);
            if (known.isPresent()) {
                sessions.used(netId, known.get());
                return keysExchanged(exchange, known.get(), clientKey);
            }
        }
        try (OpenSessions kept = openSession(netId, clientKey)) {
            return keysExchanged(exchange, kept.list().get(0), clientKey);
        }
    }

    private static Answer keysExchanged(Topics.KeyExchange exchange, Session session, DhPublicKey clientKey) {
        return new Answer(
                exchange.responseTopic(),
                session.ownKey().toPem(),
                clientKey,
                Optional.empty(),
                "keys exchanged, fingerprints: theirs " + clientKey.fingerprint() + ", ours "
                        + session.ownKey().fingerprint());
    }

    private OpenSessions openSession(NetId netId, DhPublicKey clientKey) throws RefusedException {
        DhKeyPair keyPair = keyPairs.apply(clientKey);
        Session fresh = Session.open(clientKey, keyPair, clock, random, keepSecrets);
        OpenSessions kept = sessions.keep(netId, fresh);
        if (steps.isPresent() && kept.list().get(0) == fresh) {
            steps.get().accept(netId, ExchangeSteps.ofResponder(keyPair, clientKey));
        }
        return kept;
    }

    private interface SessionSource {
        OpenSessions get() throws RefusedException;
    }

    private Answer transform(Topics.Transform request, byte[] token, SessionSource source) throws RefusedException {
        try (OpenSessions open = source.get()) {
            return answer(request, token, open.list());
        } catch (RefusedException e) {
            sessions.notAuthentic(request.netId(), token);
            throw e;
        }
    }

    private Answer answer(Topics.Transform request, byte[] token, List<Session> open) throws RefusedException {
        Refusal refusal = Refusal.NO_SESSION;
        for (Session session : open) {
            try {
                AtomicReference<Texts> texts = new AtomicReference<>();
                byte[] answer = session.answer(token, text -> {
                    sessions.authentic(request.netId(), token);
                    byte[] transformed = transform(request.action(), text);
                    texts.set(new Texts(text, transformed));
                    return transformed;
                });
                sessions.used(request.netId(), session);
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
