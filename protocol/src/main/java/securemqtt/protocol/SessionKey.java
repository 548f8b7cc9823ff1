package securemqtt.protocol;

import java.util.Arrays;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * The secret of one session: 32 bytes, of which Fernet signs with the first half and encrypts with the second. It is
 * never shown; {@link #destroy} wipes it.
 */
public final class SessionKey {
    private static final int LENGTH = 32;
    private static final int HALF = LENGTH / 2;
    /** Salt and info are one zero byte each: the lab's choice. */
    private static final byte[] ZERO = {0};

    private final byte[] bytes;
    private boolean destroyed;

    private SessionKey(byte[] bytes) {
        this.bytes = bytes;
    }

    /** HKDF-SHA256 (RFC 5869) of a shared secret, which the caller keeps and wipes. */
    static SessionKey derive(byte[] sharedSecret) {
        HKDFBytesGenerator hkdf = new HKDFBytesGenerator(new SHA256Digest());
        hkdf.init(new HKDFParameters(sharedSecret, ZERO, ZERO));
        byte[] bytes = new byte[LENGTH];
        hkdf.generateBytes(bytes, 0, LENGTH);
        return new SessionKey(bytes);
    }

    /** For known answers: a key of given bytes, exactly 32. */
    static SessionKey ofBytes(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("a key has " + LENGTH + " bytes");
        }
        return new SessionKey(bytes.clone());
    }

    /** The half that signs (HMAC-SHA256). */
    KeyParameter signingKey() {
        return half(0);
    }

    /** The half that encrypts (AES-128). */
    KeyParameter encryptionKey() {
        return half(HALF);
    }

    private synchronized KeyParameter half(int offset) {
        if (destroyed) {
            throw new IllegalStateException("the key was destroyed");
        }
        return new KeyParameter(bytes, offset, HALF);
    }

    /** Wipes the key. Whatever still wants to use it afterwards throws {@link IllegalStateException}. */
    public synchronized void destroy() {
        Arrays.fill(bytes, (byte) 0);
        destroyed = true;
    }

    @Override
    public String toString() {
        return "SessionKey[not shown]";
    }
}
