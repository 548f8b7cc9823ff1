package securemqtt.protocol;

import java.io.IOException;
import java.math.BigInteger;
import java.security.InvalidKeyException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1InputStream;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.util.BigIntegers;

/**
 * One side's half of a Diffie-Hellman agreement (PKCS#3, sections 7 and 8): a private value that never leaves this
 * object but for a file of its owner's, and the public key made from it. Java cannot wipe a {@link BigInteger}; a key pair
 * that is not kept in a file is meant to be used once and let go.
 */
public final class DhKeyPair {
    /**
     * The length of a private value. RFC 7919, section 5.2, wants 325 bits or more for a group of this size and NIST
     * SP 800-56A 304; more would cost time and add nothing.
     */
    private static final int PRIVATE_VALUE_BITS = 384;

    private static final String LABEL = "PRIVATE KEY";
    private static final String NOT_PKCS8 = "the PEM block is not a plain PrivateKeyInfo (PKCS#8) in DER";

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

    /**
     * Reads a key pair of {@code group} from a file of its owner's: what {@link #toPem} writes, or
     * {@code openssl genpkey -paramfile}, whose private values are as long as p. Like a peer's key it may have PKCS#3's
     * privateValueLength, which is ignored, and text around the PEM block.
     *
     * @throws InvalidKeyException with a message for the owner that says what is wrong
     */
    public static DhKeyPair parse(DhGroup group, byte[] pem) throws InvalidKeyException {
        try {
            return new DhKeyPair(group, privateValue(group, Pem.decode(LABEL, pem)));
        } catch (RefusedException e) {
            throw new InvalidKeyException(
                    e.refusal() == Refusal.KEY_OTHER_LABEL
                            ? "the PEM block is not labelled " + LABEL
                            : e.refusal().explanation(),
                    e);
        } catch (IOException | RuntimeException e) {
            // What Bouncy Castle's parsers make of bytes that are something else.
            throw new InvalidKeyException(NOT_PKCS8, e);
        }
    }

    private static BigInteger privateValue(DhGroup group, byte[] der) throws IOException, InvalidKeyException {
        PrivateKeyInfo info;
        try (ASN1InputStream in = new ASN1InputStream(der)) {
            info = PrivateKeyInfo.getInstance(in.readObject());
            require(in.available() == 0, "there are bytes after the PrivateKeyInfo");
        }
        AlgorithmIdentifier algorithm = info.getPrivateKeyAlgorithm();
        require(
                algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.dhKeyAgreement),
                Refusal.KEY_OTHER_ALGORITHM.explanation());
        ASN1Sequence parameters = ASN1Sequence.getInstance(algorithm.getParameters());
        require(
                DhPublicKey.integer(parameters, 0).equals(group.p())
                        && DhPublicKey.integer(parameters, 1).equals(group.g()),
                Refusal.KEY_OTHER_GROUP.explanation());
        BigInteger x = ASN1Integer.getInstance(info.parsePrivateKey()).getValue();
        // The others, and half of p-1, give a public value that no peer takes.
        require(
                group.contains(x) && !x.equals(group.p().shiftRight(1)),
                "the private value is outside 2..p-2, or (p-1)/2");
        // One comparison for all that BER or a generous parser would let pass.
        Optional<BigInteger> l =
                parameters.size() > 2 ? Optional.of(DhPublicKey.integer(parameters, 2)) : Optional.empty();
        require(Arrays.equals(der, encode(group, x, l)), NOT_PKCS8);
        return x;
    }

    private static void require(boolean condition, String otherwise) throws InvalidKeyException {
        if (!condition) {
            throw new InvalidKeyException(otherwise);
        }
    }

    /** For known answers: a key pair with a given private value. */
    static DhKeyPair ofPrivateValue(DhGroup group, BigInteger x) {
        return new DhKeyPair(group, Objects.requireNonNull(x));
    }

    public DhPublicKey publicKey() {
        return publicKey;
    }

    /**
     * The private value, for a file that only its owner can read: a PrivateKeyInfo (PKCS#8; RFC 5208, section 5) of
     * PKCS#3's {@code dhKeyAgreement} with p and g, in DER, as PEM with LF and 64 columns.
     */
    public byte[] toPem() {
        return Pem.encode(LABEL, encode(group, x, Optional.empty()));
    }

    private static byte[] encode(DhGroup group, BigInteger x, Optional<BigInteger> l) {
        try {
            return new PrivateKeyInfo(DhPublicKey.algorithm(group, l), new ASN1Integer(x)).getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new IllegalStateException("DER could not be written to memory", e);
        }
    }

    /**
     * Agrees on a key with the owner of {@code peer}, which was parsed for the same group.
     *
     * @throws RefusedException if {@code peer} is our own key, or if the shared secret is one that anybody could guess
     */
    public SessionKey agree(DhPublicKey peer) throws RefusedException {
        SharedSecret secret = agreeOnSecret(peer);
        try {
            return secret.deriveSessionKey();
        } finally {
            secret.destroy();
        }
    }

    /**
     * Agrees on a shared secret with the owner of {@code peer}, for who wants more than the session key. The caller destroys it.
     *
     * @throws RefusedException if {@code peer} is our own key, or if the shared secret is one that anybody could guess
     */
    public SharedSecret agreeOnSecret(DhPublicKey peer) throws RefusedException {
        return new SharedSecret(sharedSecret(peer));
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
