package securemqtt.client;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.ExchangeSteps;
import securemqtt.protocol.Fernet;
import securemqtt.protocol.RefusedException;
import securemqtt.protocol.SessionKey;

/** The session keys agreed on since the client connected, each with the request token made with it. */
final class KeyAgreements {
    private record Agreement(DhPublicKey responderKey, SessionKey sessionKey, Fernet fernet, byte[] requestToken) {
        boolean decrypts(byte[] token) {
            try {
                fernet.decrypt(token);
                return true;
            } catch (RefusedException e) {
                return false;
            }
        }
    }

    private final InstantSource clock;
    private final SecureRandom random;
    private final List<Agreement> agreements = new ArrayList<>();

    KeyAgreements(InstantSource clock, SecureRandom random) {
        this.clock = clock;
        this.random = random;
    }

    boolean isEmpty() {
        return agreements.isEmpty();
    }

    boolean includes(DhPublicKey responderKey) {
        return agreements.stream()
                .anyMatch(agreement -> agreement.responderKey().equals(responderKey));
    }

    /**
     * Agrees on a session key with the owner of {@code responderKey}.
     *
     * @return the text as a token made with the new session key
     * @throws RefusedException if the two keys have a shared secret that anybody can guess
     */
    byte[] agree(DhKeyPair ownKey, DhPublicKey responderKey, byte[] text) throws RefusedException {
        SessionKey sessionKey = ownKey.agree(responderKey);
        Fernet fernet = new Fernet(sessionKey, clock, random);
        byte[] token = fernet.encrypt(text);
        agreements.add(new Agreement(responderKey, sessionKey, fernet, token));
        return token;
    }

    /** Whether {@link #agree} returned exactly these bytes. */
    boolean isRequestToken(byte[] token) {
        return agreements.stream().anyMatch(agreement -> Arrays.equals(token, agreement.requestToken()));
    }

    /**
     * Decrypts a token with the first session key that fits.
     *
     * @throws RefusedException if none fits, with the reason for the last one
     * @throws IllegalStateException if there is no session key yet
     */
    byte[] decrypt(byte[] token) throws RefusedException {
        RefusedException refused = null;
        for (Agreement agreement : agreements) {
            try {
                return agreement.fernet().decrypt(token);
            } catch (RefusedException e) {
                refused = e;
            }
        }
        if (refused == null) {
            throw new IllegalStateException("no session key yet");
        }
        throw refused;
    }

    /**
     * The lines of {@link ExchangeSteps} about the latest agreement.
     *
     * @throws RefusedException never, as {@link #agree} did not
     */
    List<String> latestSteps(DhKeyPair ownKey) throws RefusedException {
        return ExchangeSteps.ofClient(ownKey, latest().responderKey());
    }

    /** The lines of {@link ExchangeSteps} about the token that the latest call of {@link #agree} returned. */
    List<String> latestRequestSteps() {
        return ExchangeSteps.ofRequest(latest().sessionKey(), latest().requestToken());
    }

    /**
     * The lines of {@link ExchangeSteps} about a token of the responder, under the session key that decrypts it, or
     * else under the latest one.
     */
    List<String> responseSteps(byte[] token) {
        for (Agreement agreement : agreements) {
            if (agreement.decrypts(token)) {
                return ExchangeSteps.ofResponse(agreement.sessionKey(), token);
            }
        }
        return ExchangeSteps.ofResponse(latest().sessionKey(), token);
    }

    private Agreement latest() {
        return agreements.get(agreements.size() - 1);
    }

    /** Destroys the session keys. */
    void clear() {
        agreements.forEach(agreement -> agreement.sessionKey().destroy());
        agreements.clear();
    }
}
