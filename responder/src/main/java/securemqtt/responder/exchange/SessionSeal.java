package securemqtt.responder.exchange;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.NetId;
import securemqtt.protocol.SharedSecret;
import securemqtt.responder.diagnosis.AgreedValues;

/**
 * Encrypts sessions with AES-256-GCM (NIST SP 800-38D), bound to their NetID and client key. A reader of a sealed
 * session learns no key. A sealed session that somebody else wrote, or moved to another NetID, does not open.
 *
 * <p>A sealed session is the nonce (12 bytes), the ciphertext and the tag (16 bytes). The plaintext is the shared secret (512 bytes),
 * the responder's public value (512 bytes) and the client's key as {@link DhPublicKey#toBytes}. The associated data is
 * {@value #VERSION}, the NetID and the session's identifier, separated by zero bytes. Random nonces are safe for
 * 2<sup>32</sup> sessions with one secret (section 8.3).
 */
final class SessionSeal {
    static final String VERSION = "secure-mqtt session 1";

    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int NONCE_LENGTH = 12;
    private static final int TAG_BITS = 128;

    private final SessionsSecret secret;
    private final InstantSource clock;
    private final SecureRandom random;

    SessionSeal(SessionsSecret secret, InstantSource clock, SecureRandom random) {
        this.secret = secret;
        this.clock = clock;
        this.random = random;
    }

    /** @throws IllegalArgumentException if the session does not have its shared secret any more */
    SealedSession seal(NetId netId, Session session) {
        AgreedValues agreed = session.agreedValues()
                .orElseThrow(() -> new IllegalArgumentException("the session has no shared secret"));
        byte[] clientKey = session.clientKey().toBytes();
        byte[] plaintext = ByteBuffer.allocate(agreed.secret().length + agreed.responder().length + clientKey.length)
                .put(agreed.secret())
                .put(agreed.responder())
                .put(clientKey)
                .array();
        String id = id(session.clientKey());
        byte[] nonce = new byte[NONCE_LENGTH];
        random.nextBytes(nonce);
        try {
            byte[] ciphertext = cipher(Cipher.ENCRYPT_MODE, nonce, netId, id).doFinal(plaintext);
            return new SealedSession(
                    id,
                    ByteBuffer.allocate(nonce.length + ciphertext.length)
                            .put(nonce)
                            .put(ciphertext)
                            .array());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Java has no AES-256-GCM", e);
        } finally {
            Arrays.fill(plaintext, (byte) 0);
            Arrays.fill(agreed.secret(), (byte) 0);
        }
    }

    /**
     * Opens a session that {@link #seal} sealed for this NetID with the same secret.
     *
     * @param keepSecret as for {@link Session#open}
     * @return empty if it was sealed otherwise, or changed
     */
    Optional<Session> open(NetId netId, SealedSession session, boolean keepSecret) {
        int length = DhGroup.lab().byteLength();
        byte[] sealed = session.sealed();
        if (sealed.length < NONCE_LENGTH + 3 * length + TAG_BITS / Byte.SIZE) {
            return Optional.empty();
        }
        byte[] plaintext = new byte[0];
        try {
            byte[] nonce = Arrays.copyOf(sealed, NONCE_LENGTH);
            plaintext = cipher(Cipher.DECRYPT_MODE, nonce, netId, session.id())
                    .doFinal(sealed, NONCE_LENGTH, sealed.length - NONCE_LENGTH);
            byte[] z = Arrays.copyOf(plaintext, length);
            DhPublicKey ownKey = DhPublicKey.ofBytes(DhGroup.lab(), Arrays.copyOfRange(plaintext, length, 2 * length));
            DhPublicKey clientKey =
                    DhPublicKey.ofBytes(DhGroup.lab(), Arrays.copyOfRange(plaintext, 2 * length, plaintext.length));
            return Optional.of(Session.of(clientKey, ownKey, SharedSecret.ofBytes(z), clock, random, keepSecret));
        } catch (AEADBadTagException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Java has no AES-256-GCM", e);
        } finally {
            Arrays.fill(plaintext, (byte) 0);
        }
    }

    /** The identifier of the session with this client key. */
    static String id(DhPublicKey clientKey) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(clientKey.value()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Java has no SHA-256", e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, NetId netId, String id) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(CIPHER);
        byte[] key = secret.copy();
        try {
            cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        } finally {
            Arrays.fill(key, (byte) 0);
        }
        cipher.updateAAD((VERSION + "\0" + netId.value() + "\0" + id).getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
