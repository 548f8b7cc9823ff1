package securemqtt.responder;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Objects;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.Fernet;
import securemqtt.protocol.Refusal;
import securemqtt.protocol.RefusedException;
import securemqtt.protocol.SessionKey;

/** What a client and we agreed on. The key is used for nothing else and is wiped when the session is closed. */
final class Session {
    private final DhPublicKey clientKey;
    private final DhPublicKey ownKey;
    private final SessionKey sessionKey;
    private final Fernet fernet;
    private boolean closed;

    private Session(DhPublicKey clientKey, DhPublicKey ownKey, SessionKey sessionKey, Fernet fernet) {
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
    interface Work {
        byte[] apply(byte[] plaintext) throws RefusedException;
    }

    /** Opens a token of the client, and makes one of what {@code work} turns its text into. */
    synchronized byte[] answer(byte[] token, Work work) throws RefusedException {
        if (closed) {
            throw new RefusedException(Refusal.NO_SESSION);
        }
        return fernet.encrypt(Objects.requireNonNull(work.apply(fernet.decrypt(token))));
    }

    /** Wipes the key. Waits for an answer that is being made; the next one is refused. */
    synchronized void close() {
        closed = true;
        sessionKey.destroy();
    }

    /** Public keys only. */
    @Override
    public String toString() {
        return "Session[client " + clientKey + ", ours " + ownKey + "]";
    }
}
