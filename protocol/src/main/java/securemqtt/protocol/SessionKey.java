package securemqtt.protocol;

import java.util.Arrays;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * The session key: 32 secret bytes. Fernet signs with the first 16 and encrypts with the last 16. {@link #toString}
 * does not show them, and {@link #destroy} wipes them.
 */
public final class SessionKey {
    private static final int LENGTH = 32;
    private static final int HALF = LENGTH / 2;
    /** The lab's protocol sets HKDF's salt and info to one zero byte each. */
    private static final byte[] ZERO = {0};

    private final byte[] bytes;
    private boolean destroyed;

    private SessionKey(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Derives the key from a shared secret by HKDF-SHA256 (RFC 5869). The caller wipes the shared secret. */
    static SessionKey derive(byte[] sharedSecret) {
        HKDFBytesGenerator hkdf = new HKDFBytesGenerator(new SHA256Digest());
        hkdf.init(new HKDFParameters(sharedSecret, ZERO, ZERO));
        byte[] bytes = new byte[LENGTH];
        hkdf.generateBytes(bytes, 0, LENGTH);
        return new SessionKey(bytes);
    }

    /** HKDF's pseudorandom key, from which {@link #derive} expands the session key. The caller wipes it. */
    static byte[] extract(byte[] sharedSecret) {
        return new HKDFBytesGenerator(new SHA256Digest()).extractPRK(ZERO, sharedSecret);
    }

    /** A key of the given 32 bytes, for tests with known answers. */
    static SessionKey ofBytes(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("a key has " + LENGTH + " bytes");
        }
        return new SessionKey(bytes.clone());
    }

    /** The first 16 bytes, the key of HMAC-SHA256. */
    KeyParameter signingKey() {
        return half(0);
    }

    /** The last 16 bytes, the key of AES-128. */
    KeyParameter encryptionKey() {
        return half(HALF);
    }

    private synchronized KeyParameter half(int offset) {
        if (destroyed) {
            throw new IllegalStateException("the key was destroyed");
        }
        return new KeyParameter(bytes, offset, HALF);
    }

    /** Wipes the key. Every later use of it throws {@link IllegalStateException}. */
    public synchronized void destroy() {
        Arrays.fill(bytes, (byte) 0);
        destroyed = true;
    }

    @Override
    public String toString() {
        return "SessionKey[not shown]";
    }
}
