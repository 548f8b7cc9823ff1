package securemqtt.protocol;

import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.util.BigIntegers;

/**
 * A Diffie-Hellman public key as it is sent in messages: a SubjectPublicKeyInfo (RFC 5280, section 4.1) of PKCS#3's
 * {@code dhKeyAgreement}, in PEM.
 *
 * <p>Two keys are equal if their public values are equal. Differences in encoding do not count.
 */
public final class DhPublicKey {
    /** The longest message that {@link #parse} accepts, in bytes. An ordinary key has about 1500. */
    public static final int MAX_PEM_LENGTH = 8 * 1024;

    static final String LABEL = "PUBLIC KEY";

    /** The content bytes of the object identifier 1.2.840.113549.1.3.1 (PKCS#3, section 9). */
    private static final byte[] DH_KEY_AGREEMENT = HexFormat.of().parseHex("2a864886f70d010301");

    private final DhGroup group;
    private final BigInteger y;
    /**
     * PKCS#3's optional privateValueLength. It is kept only so that {@link #toPem} reproduces the received encoding.
     */
    private final Optional<BigInteger> privateValueLength;

    private DhPublicKey(DhGroup group, BigInteger y, Optional<BigInteger> privateValueLength) {
        this.group = group;
        this.y = y;
        this.privateValueLength = privateValueLength;
    }

    /** @param y in 2..p-2 */
    static DhPublicKey of(DhGroup group, BigInteger y) {
        if (!group.contains(y)) {
            throw new IllegalArgumentException("y must be in 2..p-2");
        }
        // OpenSSL omits the length of the private value too, and peers do not need it.
        return new DhPublicKey(group, y, Optional.empty());
    }

    /**
     * Reads a peer's public key.
     *
     * @param group the group that the key must belong to
     * @param pem the message as received; only the first PEM block in it is read
     * @throws RefusedException with a separate {@link Refusal} for each kind of invalid key
     */
    public static DhPublicKey parse(DhGroup group, byte[] pem) throws RefusedException {
        if (pem.length > MAX_PEM_LENGTH) {
            throw new RefusedException(Refusal.KEY_TOO_LONG);
        }
        return parseDer(group, Pem.decode(LABEL, pem));
    }

    private static DhPublicKey parseDer(DhGroup group, byte[] der) throws RefusedException {
        DerReader message = new DerReader(der);
        DerReader info = message.next(DerReader.SEQUENCE);
        if (message.hasMore()) {
            throw new RefusedException(Refusal.KEY_TRAILING_BYTES);
        }
        DerReader algorithm = info.next(DerReader.SEQUENCE);
        DerReader subjectPublicKey = info.nextBytes();
        info.requireEnd();
        if (!Arrays.equals(
                DH_KEY_AGREEMENT, algorithm.next(DerReader.OBJECT_IDENTIFIER).rest())) {
            throw new RefusedException(Refusal.KEY_OTHER_ALGORITHM);
        }
        DerReader parameters = algorithm.next(DerReader.SEQUENCE);
        algorithm.requireEnd();
        BigInteger p = parameters.nextInteger();
        BigInteger g = parameters.nextInteger();
        Optional<BigInteger> l = parameters.hasMore() ? Optional.of(parameters.nextInteger()) : Optional.empty();
        parameters.requireEnd();
        if (!p.equals(group.p()) || !g.equals(group.g())) {
            throw new RefusedException(Refusal.KEY_OTHER_GROUP);
        }
        BigInteger y = subjectPublicKey.nextInteger();
        subjectPublicKey.requireEnd();
        if (!group.contains(y)) {
            throw new RefusedException(Refusal.KEY_OUT_OF_RANGE);
        }
        return new DhPublicKey(group, y, l);
    }

    static BigInteger integer(ASN1Sequence sequence, int index) {
        return ASN1Integer.getInstance(sequence.getObjectAt(index)).getValue();
    }

    /**
     * Encodes the key again at each call: DER is twice as long as the value, and a responder keeps thousands of keys.
     */
    private byte[] toDer() {
        try {
            return new SubjectPublicKeyInfo(algorithm(group, privateValueLength), new ASN1Integer(y))
                    .getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new IllegalStateException("DER could not be written to memory", e);
        }
    }

    /**
     * The AlgorithmIdentifier of public and private keys, which names the group (PKCS#3, section 9).
     *
     * @param l PKCS#3's privateValueLength, or empty to omit it
     */
    static AlgorithmIdentifier algorithm(DhGroup group, Optional<BigInteger> l) {
        ASN1EncodableVector parameters = new ASN1EncodableVector();
        parameters.add(new ASN1Integer(group.p()));
        parameters.add(new ASN1Integer(group.g()));
        l.ifPresent(length -> parameters.add(new ASN1Integer(length)));
        return new AlgorithmIdentifier(PKCSObjectIdentifiers.dhKeyAgreement, new DERSequence(parameters));
    }

    /**
     * Encodes the key as the lab's programs do: PEM in lines of 64 columns, each ended by LF. The DER of a parsed key
     * is the DER that was received.
     */
    public byte[] toPem() {
        return Pem.encode(LABEL, toDer());
    }

    /**
     * The SHA-256 of the SubjectPublicKeyInfo in DER, as 64 lower-case hex digits. For a parsed key it covers the DER
     * as received. {@code openssl pkey -pubin -outform DER | sha256sum} prints the same digits.
     */
    public String fingerprint() {
        return fingerprint(toDer());
    }

    /** @param der a SubjectPublicKeyInfo */
    static String fingerprint(byte[] der) {
        SHA256Digest sha256 = new SHA256Digest();
        sha256.update(der, 0, der.length);
        byte[] digest = new byte[sha256.getDigestSize()];
        sha256.doFinal(digest, 0);
        return HexFormat.of().formatHex(digest);
    }

    /** The public value as bytes, big-endian, exactly as long as p. */
    public byte[] value() {
        return BigIntegers.asUnsignedByteArray(group.byteLength(), y);
    }

    /**
     * The key without its group: the public value as {@link #value}, followed by PKCS#3's privateValueLength as
     * two's-complement bytes, big-endian, if the key has one. It takes a third of the space of the key in PEM.
     */
    public byte[] toBytes() {
        byte[] value = value();
        byte[] length = privateValueLength.map(BigInteger::toByteArray).orElse(new byte[0]);
        byte[] bytes = Arrays.copyOf(value, value.length + length.length);
        System.arraycopy(length, 0, bytes, value.length, length.length);
        return bytes;
    }

    /**
     * The key from which {@link #toBytes} made these bytes.
     *
     * @throws IllegalArgumentException if they are no key of the group
     */
    public static DhPublicKey ofBytes(DhGroup group, byte[] bytes) {
        int length = group.byteLength();
        if (bytes.length < length) {
            throw new IllegalArgumentException("a public value has " + length + " bytes");
        }
        BigInteger y = new BigInteger(1, Arrays.copyOf(bytes, length));
        if (!group.contains(y)) {
            throw new IllegalArgumentException("y must be in 2..p-2");
        }
        return new DhPublicKey(
                group,
                y,
                bytes.length == length
                        ? Optional.empty()
                        : Optional.of(new BigInteger(Arrays.copyOfRange(bytes, length, bytes.length))));
    }

    BigInteger y() {
        return y;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DhPublicKey key && y.equals(key.y);
    }

    @Override
    public int hashCode() {
        return y.hashCode();
    }

    /** The {@link #fingerprint}. */
    @Override
    public String toString() {
        return fingerprint();
    }
}
