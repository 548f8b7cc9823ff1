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
 * One side's key pair for a Diffie-Hellman key agreement (PKCS#3, sections 7 and 8): a private value and the public
 * key computed from it. The private value leaves this object only through {@link #toPem}, for a file of its owner,
 * and through {@link ExchangeSteps}, for an owner who wants to see it.
 *
 * <p>Java cannot wipe a {@link BigInteger}. Use a key pair that is not kept in a file only once, then drop it.
 */
public final class DhKeyPair {
    /**
     * The length of a private value. For a group of this size, RFC 7919, section 5.2, requires at least 325 bits and
     * NIST SP 800-56A at least 304. A longer value would be slower and no more secure.
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

    /** Generates a key pair. This takes a few milliseconds, and tens of milliseconds the first time. */
    public static DhKeyPair generate(DhGroup group, SecureRandom random) {
        // The top bit makes the length exact (PKCS#3, section 7.1). An even x makes every public value a quadratic
        // residue, so the public value does not reveal the last bit of x.
        return new DhKeyPair(
                group,
                new BigInteger(PRIVATE_VALUE_BITS, random)
                        .setBit(PRIVATE_VALUE_BITS - 1)
                        .clearBit(0));
    }

    /**
     * Generates a key pair whose shared secret with {@code peer} begins with a zero byte, as one secret in 256 does by
     * chance. For testing a peer; it tries some 256 private values, which takes some 10 ms.
     */
    public static DhKeyPair generateForLeadingZero(DhGroup group, DhPublicKey peer, SecureRandom random) {
        BigInteger start = generate(group, random).x;
        BigInteger z = peer.y().modPow(start, group.p());
        // The next even private value multiplies the secret by this, which costs less than a new power.
        BigInteger step = peer.y().modPow(BigInteger.TWO, group.p());
        long steps = 0;
        while (z.bitLength() > (group.byteLength() - 1) * Byte.SIZE) {
            z = z.multiply(step).mod(group.p());
            steps++;
        }
        return new DhKeyPair(group, start.add(BigInteger.valueOf(2 * steps)));
    }

    /**
     * Reads a key pair of {@code group} from its owner's file. Accepts the output of {@link #toPem} and of
     * {@code openssl genpkey -paramfile}, whose private values are as long as p. As in a peer's public key, PKCS#3's
     * privateValueLength is allowed and ignored, and text around the PEM block is ignored.
     *
     * @throws InvalidKeyException with a message that tells the owner what is wrong with the file
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
            // Bouncy Castle's parsers throw these for bytes that are not a PrivateKeyInfo.
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
        // Private values outside 2..p-2, and (p-1)/2, lead to a public value that no peer accepts.
        require(
                group.contains(x) && !x.equals(group.p().shiftRight(1)),
                "the private value is outside 2..p-2, or (p-1)/2");
        // Encoding the key again catches every deviation from DER that the lenient parser accepts.
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

    /** A key pair with a given private value, for tests with known answers. */
    static DhKeyPair ofPrivateValue(DhGroup group, BigInteger x) {
        return new DhKeyPair(group, Objects.requireNonNull(x));
    }

    public DhPublicKey publicKey() {
        return publicKey;
    }

    /**
     * Encodes the private value, for a file that only its owner can read. The result is a PrivateKeyInfo (PKCS#8; RFC
     * 5208, section 5) of PKCS#3's {@code dhKeyAgreement} with p and g, in DER, as PEM in lines of 64 columns that
     * end in LF.
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
     * Computes the session key that this side shares with the owner of {@code peer}.
     *
     * @param peer the peer's public key, in the same group
     * @throws RefusedException if {@code peer} is our own key, or if the shared secret is 1 or p-1, which anybody
     *     could guess
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
     * Computes the shared secret itself, for diagnosis. The caller destroys it.
     *
     * @throws RefusedException as {@link #agree} does
     */
    public SharedSecret agreeOnSecret(DhPublicKey peer) throws RefusedException {
        return new SharedSecret(sharedSecret(peer));
    }

    /** The private value as big-endian bytes without leading zeros. The caller wipes it. */
    byte[] privateValue() {
        return BigIntegers.asUnsignedByteArray(x);
    }

    /** The shared secret Z as big-endian bytes, with leading zeros, exactly as long as p (PKCS#3, section 8.3). */
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
