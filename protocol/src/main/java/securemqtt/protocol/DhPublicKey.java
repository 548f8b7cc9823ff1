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
 * A Diffie-Hellman public key as it travels: a SubjectPublicKeyInfo (RFC 5280, section 4.1) of PKCS#3's
 * {@code dhKeyAgreement}, in PEM.
 *
 * <p>Two keys are equal if their public values are, however they were encoded.
 */
public final class DhPublicKey {
    /** The longest PEM that is looked at, in bytes. Honest ones have about 1500. */
    public static final int MAX_PEM_LENGTH = 8 * 1024;

    private static final String LABEL = "PUBLIC KEY";

    /** The contents of the object identifier 1.2.840.113549.1.3.1. */
    private static final byte[] DH_KEY_AGREEMENT = HexFormat.of().parseHex("2a864886f70d010301");

    private final DhGroup group;
    private final BigInteger y;
    /** What its encoding says of the private value's length, which nobody needs but who wants the same encoding again. */
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
        // RFC 5280 and OpenSSL leave the length of the private value out, and it is nobody's business.
        return new DhPublicKey(group, y, Optional.empty());
    }

    /**
     * Reads a peer's key, which has to belong to {@code group}.
     *
     * @param pem the message as received; the first PEM block in it counts
     * @throws RefusedException with a reason of its own for each thing that can be wrong
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

    /** Made anew each time: it is twice as long as the value, and a responder keeps thousands of keys. */
    private byte[] toDer() {
        try {
            return new SubjectPublicKeyInfo(algorithm(group, privateValueLength), new ASN1Integer(y))
                    .getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new IllegalStateException("DER could not be written to memory", e);
        }
    }

    /**
     * What both halves of a key pair say of their group (PKCS#3, section 9).
     *
     * @param l PKCS#3's privateValueLength, which is optional
     */
    static AlgorithmIdentifier algorithm(DhGroup group, Optional<BigInteger> l) {
        ASN1EncodableVector parameters = new ASN1EncodableVector();
        parameters.add(new ASN1Integer(group.p()));
        parameters.add(new ASN1Integer(group.g()));
        l.ifPresent(length -> parameters.add(new ASN1Integer(length)));
        return new AlgorithmIdentifier(PKCSObjectIdentifiers.dhKeyAgreement, new DERSequence(parameters));
    }

    /** PEM as the lab's programs write it: LF, 64 columns, a final newline. A key that was parsed has the same DER again. */
    public byte[] toPem() {
        return Pem.encode(LABEL, toDer());
    }

    /**
     * SHA-256 of the SubjectPublicKeyInfo as received, in 64 lower case hex digits: what
     * {@code openssl pkey -pubin -outform DER | sha256sum} prints.
     */
    public String fingerprint() {
        byte[] der = toDer();
        SHA256Digest sha256 = new SHA256Digest();
        sha256.update(der, 0, der.length);
        byte[] digest = new byte[sha256.getDigestSize()];
        sha256.doFinal(digest, 0);
        return HexFormat.of().formatHex(digest);
    }

    /** The public value as 512 bytes, big-endian. */
    public byte[] value() {
        return BigIntegers.asUnsignedByteArray(group.byteLength(), y);
    }

    /** The public value. */
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

    /** The fingerprint, which is public. */
    @Override
    public String toString() {
        return fingerprint();
    }
}
