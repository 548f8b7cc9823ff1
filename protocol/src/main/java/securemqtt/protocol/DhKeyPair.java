package securemqtt.protocol;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Objects;
import org.bouncycastle.util.BigIntegers;

/**
 * One side's half of a Diffie-Hellman agreement (PKCS#3, sections 7 and 8): a private value that never leaves this
 * object, and the public key made from it. Java cannot wipe a {@link BigInteger}; a key pair is meant to be used once
 * and let go.
 */
public final class DhKeyPair {
    /**
     * The length of a private value. RFC 7919, section 5.2, wants 325 bits or more for a group of this size and NIST
     * SP 800-56A 304; more than 512 would cost time and add nothing.
     */
    private static final int PRIVATE_VALUE_BITS = 512;

    private final DhGroup group;
    private final BigInteger x;
    private final DhPublicKey publicKey;

    private DhKeyPair(DhGroup group, BigInteger x) {
        this.group = group;
        this.x = x;
        this.publicKey = DhPublicKey.of(group, group.power(x));
    }

    /** Makes a fresh key pair. Takes some milliseconds, and some ten of them the first time. */
    public static DhKeyPair generate(DhGroup group, SecureRandom random) {
        // The top bit makes the length exact (PKCS#3, section 7.1). An even x makes the public value a quadratic
        // residue, so that it tells nothing of x's last bit.
        return new DhKeyPair(
                group,
                new BigInteger(PRIVATE_VALUE_BITS, random)
                        .setBit(PRIVATE_VALUE_BITS - 1)
                        .clearBit(0));
    }

    /** For known answers: a key pair with a given private value. */
    static DhKeyPair ofPrivateValue(DhGroup group, BigInteger x) {
        return new DhKeyPair(group, Objects.requireNonNull(x));
    }

    public DhPublicKey publicKey() {
        return publicKey;
    }

    /**
     * Agrees on a key with the owner of {@code peer}, which was parsed for the same group.
     *
     * @throws RefusedException if {@code peer} is our own key, or if the shared secret is one that anybody could guess
     */
    public SessionKey agree(DhPublicKey peer) throws RefusedException {
        byte[] secret = sharedSecret(peer);
        try {
            return SessionKey.derive(secret);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    /** Z as big-endian bytes, exactly as many as p has, zeros in front included (PKCS#3, section 8.3). */
    byte[] sharedSecret(DhPublicKey peer) throws RefusedException {
        if (peer.equals(publicKey)) {
            throw new RefusedException(Refusal.KEY_OURS);
        }
        BigInteger z = peer.y().modPow(x, group.p());
        if (!group.contains(z)) {
            throw new RefusedException(Refusal.KEY_WEAK_SECRET);
        }
        return BigIntegers.asUnsignedByteArray(group.byteLength(), z);
    }

    @Override
    public String toString() {
        return "DhKeyPair[" + publicKey.fingerprint() + "]";
    }
}
