package securemqtt.responder.exchange;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Objects;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.Fernet;
import securemqtt.protocol.Refusal;
import securemqtt.protocol.RefusedException;
import securemqtt.protocol.SessionKey;

/**
 * What a client and we agreed on. The key is used for nothing else; it is wiped when the session is closed and the answers are
 * made that were begun before. May be used by several threads at once, of which none waits for another.
 */
final class Session {
    private final DhPublicKey clientKey;
    private final DhPublicKey ownKey;
    private final SessionKey sessionKey;
    private final Fernet fernet;
    /** How many answers are being made. */
    private int answersInProgress;

    private boolean closed;

    /** With a key that was agreed on and that this wipes in the end. */
    Session(DhPublicKey clientKey, DhPublicKey ownKey, SessionKey sessionKey, Fernet fernet) {
        this.clientKey = clientKey;
        this.ownKey = ownKey;
        this.sessionKey = sessionKey;
        this.fernet = fernet;
    }

    /** Agrees on a key by means of our {@code keyPair}, which it does not keep. Takes some milliseconds. */
    static Session open(DhPublicKey clientKey, DhKeyPair keyPair, InstantSource clock, SecureRandom random)
            throws RefusedException {
        SessionKey sessionKey = keyPair.agree(clientKey);
        return new Session(clientKey, keyPair.publicKey(), sessionKey, new Fernet(sessionKey, clock, random));
    }

    /** The public key that belongs to this session on the client's side. */
    DhPublicKey clientKey() {
        return clientKey;
    }

    /** The public key that belongs to this session on our side. */
    DhPublicKey ownKey() {
        return ownKey;
    }

    /** What is done with a decrypted request to get the answer. */
    interface Transformation {
        byte[] apply(byte[] plaintext) throws RefusedException;
    }

    /**
     * Opens a token of the client, and makes one of what {@code transformation} turns its text into.
     *
     * @throws RefusedException if the token or its text is not acceptable, or the session was closed before
     */
    byte[] answer(byte[] token, Transformation transformation) throws RefusedException {
        begin();
        try {
            return fernet.encrypt(Objects.requireNonNull(transformation.apply(fernet.decrypt(token))));
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

    /** From now on no answer is begun. */
    synchronized void close() {
        closed = true;
        wipeIfUnused();
    }

    /** Left to whoever is the last, so that closing does not wait for a long text to be answered. */
    private void wipeIfUnused() {
        if (closed && answersInProgress == 0) {
            sessionKey.destroy();
        }
    }

    /** Public keys only. */
    @Override
    public String toString() {
        return "Session[client " + clientKey + ", ours " + ownKey + "]";
    }
}
