package securemqtt.protocol;

import java.util.Arrays;

/**
 * The shared secret Z of one Diffie-Hellman agreement: 512 bytes, big-endian, with leading zero bytes (PKCS#3, section 8.3).
 * {@link #destroy} wipes it.
 */
public final class SharedSecret {
    private final byte[] bytes;
    private boolean destroyed;

    /** @param bytes which this object wipes in the end */
    SharedSecret(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * A secret that was agreed on before.
     *
     * @param z 512 bytes, as {@link #copy} returned them; this object wipes them in the end
     * @throws IllegalArgumentException if the length is another
     */
    public static SharedSecret ofBytes(byte[] z) {
        if (z.length != DhGroup.lab().byteLength()) {
            throw new IllegalArgumentException(
                    "a shared secret has " + DhGroup.lab().byteLength() + " bytes");
        }
        return new SharedSecret(z);
    }

    /**
     * Derives the session key.
     *
     * @throws IllegalStateException if this was destroyed
     */
    public SessionKey deriveSessionKey() {
        return SessionKey.derive(live());
    }

    /**
     * A copy, which the caller wipes.
     *
     * @throws IllegalStateException if this was destroyed
     */
    public synchronized byte[] copy() {
        return live().clone();
    }

    private synchronized byte[] live() {
        if (destroyed) {
            throw new IllegalStateException("the shared secret was destroyed");
        }
        return bytes;
    }

    /** Wipes the secret. Whatever uses it afterwards throws {@link IllegalStateException}. */
    public synchronized void destroy() {
        Arrays.fill(bytes, (byte) 0);
        destroyed = true;
    }

    @Override
    public String toString() {
        return "SharedSecret[not shown]";
    }
}
