package securemqtt.responder.exchange;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.ExchangeSteps;
import securemqtt.protocol.Fernet;
import securemqtt.protocol.Refusal;
import securemqtt.protocol.RefusedException;
import securemqtt.protocol.SessionKey;
import securemqtt.protocol.SharedSecret;
import securemqtt.responder.diagnosis.AgreedValues;

/**
 * A session with one client: both public keys and the session key. The session key is wiped once the session is
 * closed and the last answer in progress is made. Several threads may use a session at once; none waits for another.
 */
final class Session {
    private final DhPublicKey clientKey;
    private final DhPublicKey ownKey;
    private final SessionKey sessionKey;
    private final Fernet fernet;
    /** For diagnosis only; empty if there is none. */
    private final Optional<SharedSecret> secret;

    /** The number of answers that threads are making now. */
    private int answersInProgress;

    private boolean closed;

    /** Takes over both secrets, and wipes them after the session is closed. */
    Session(
            DhPublicKey clientKey,
            DhPublicKey ownKey,
            SessionKey sessionKey,
            Fernet fernet,
            Optional<SharedSecret> secret) {
        this.clientKey = clientKey;
        this.ownKey = ownKey;
        this.sessionKey = sessionKey;
        this.fernet = fernet;
        this.secret = secret;
    }

    /**
     * Derives the session key from both keys, and does not keep {@code keyPair}. Takes a few milliseconds.
     *
     * @param keepSecret whether to keep the shared secret as well, for {@link #agreedValues}
     * @throws RefusedException if the client's key is unacceptable
     */
    static Session open(
            DhPublicKey clientKey, DhKeyPair keyPair, InstantSource clock, SecureRandom random, boolean keepSecret)
            throws RefusedException {
        return of(clientKey, keyPair.publicKey(), keyPair.agreeOnSecret(clientKey), clock, random, keepSecret);
    }

    /**
     * A session of what was agreed on. Takes over the secret.
     *
     * @param keepSecret as for {@link #open}
     */
    static Session of(
            DhPublicKey clientKey,
            DhPublicKey ownKey,
            SharedSecret secret,
            InstantSource clock,
            SecureRandom random,
            boolean keepSecret) {
        SessionKey sessionKey = secret.deriveSessionKey();
        if (!keepSecret) {
            secret.destroy();
        }
        return new Session(
                clientKey,
                ownKey,
                sessionKey,
                new Fernet(sessionKey, clock, random),
                keepSecret ? Optional.of(secret) : Optional.empty());
    }

    /** The numbers of this session, for diagnosis. The caller wipes the secret. Empty if it was not kept, or is wiped. */
    synchronized Optional<AgreedValues> agreedValues() {
        return closed
                ? Optional.empty()
                : secret.map(kept -> new AgreedValues(kept.copy(), clientKey.value(), ownKey.value()));
    }

    /** The client's public key. */
    DhPublicKey clientKey() {
        return clientKey;
    }

    /** The responder's public key. */
    DhPublicKey ownKey() {
        return ownKey;
    }

    /** Turns the decrypted text of a request into the text of its answer. */
    interface Transformation {
        byte[] apply(byte[] plaintext) throws RefusedException;
    }

    /**
     * Decrypts a token of the client, and returns a token with the transformed text.
     *
     * @throws RefusedException if the session is closed, the token is not authentic, or {@code transformation}
     *     refuses the text
     */
    byte[] answer(byte[] token, Transformation transformation) throws RefusedException {
        begin();
        try {
            return fernet.encrypt(Objects.requireNonNull(transformation.apply(fernet.decrypt(token))));
        } finally {
            end();
        }
    }

    /**
     * The lines of {@link ExchangeSteps} about a token of the client.
     *
     * @throws RefusedException if the session is closed
     */
    List<String> requestSteps(byte[] token) throws RefusedException {
        begin();
        try {
            return ExchangeSteps.ofRequest(sessionKey, token);
        } finally {
            end();
        }
    }

    /**
     * The lines of {@link ExchangeSteps} about a token of the responder.
     *
     * @throws RefusedException if the session is closed
     */
    List<String> responseSteps(byte[] token) throws RefusedException {
        begin();
        try {
            return ExchangeSteps.ofResponse(sessionKey, token);
        } finally {
            end();
        }
    }

    private synchronized void begin() throws RefusedException {
        if (closed) {
            throw new RefusedException(Refusal.NO_SESSION);
        }
        answersInProgress++;
    }

    private synchronized void end() {
        answersInProgress--;
        wipeIfUnused();
    }

    /** Refuses all further requests. Answers in progress are still made. */
    synchronized void close() {
        closed = true;
        wipeIfUnused();
    }

    /** The last user wipes the key, so that {@link #close} never waits for an answer. */
    private void wipeIfUnused() {
        if (closed && answersInProgress == 0) {
            sessionKey.destroy();
            secret.ifPresent(SharedSecret::destroy);
        }
    }

    /** Shows public keys only. */
    @Override
    public String toString() {
        return "Session[client " + clientKey + ", ours " + ownKey + "]";
    }
}
