package securemqtt.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.interfaces.DHPublicKey;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** What has to hold of a peer's key that was accepted, whatever it was read from. */
final class AcceptedKey {
    /** The lab's, and one so small that a change by the fuzzer hardly ever falls among the digits of p. */
    static final List<DhGroup> GROUPS = List.of(DhGroup.lab(), new DhGroup(BigInteger.valueOf(227), BigInteger.TWO));

    private AcceptedKey() {}

    static void check(DhGroup group, DhPublicKey key) throws Exception {
        byte[] der = der(key);
        assertTrue(key.y().compareTo(BigInteger.TWO) >= 0);
        assertTrue(key.y().compareTo(group.p().subtract(BigInteger.TWO)) <= 0);
        assertArrayEquals(der, ASN1Primitive.fromByteArray(der).getEncoded(ASN1Encoding.DER));
        assertEquals(
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(der)), key.fingerprint());
        assertAsTheJdkReadsIt(group, key, der);

        byte[] pem = key.toPem();
        // In lines of 64 columns a key can be longer than in the one it came in.
        if (pem.length <= DhPublicKey.MAX_PEM_LENGTH) {
            DhPublicKey again = DhPublicKey.parse(group, pem);
            assertEquals(key, again);
            assertEquals(key.fingerprint(), again.fingerprint());
        }
    }

    static byte[] der(DhPublicKey key) {
        String pem = new String(key.toPem(), StandardCharsets.US_ASCII);
        return Base64.getMimeDecoder()
                .decode(pem.replace("-----BEGIN PUBLIC KEY-----", "").replace("-----END PUBLIC KEY-----", ""));
    }

    private static void assertAsTheJdkReadsIt(DhGroup group, DhPublicKey key, byte[] der) throws Exception {
        try {
            DHPublicKey jdks = (DHPublicKey) KeyFactory.getInstance("DH").generatePublic(new X509EncodedKeySpec(der));
            assertEquals(key.y(), jdks.getY());
            assertEquals(group.p(), jdks.getParams().getP());
            assertEquals(group.g(), jdks.getParams().getG());
        } catch (InvalidKeySpecException e) {
            // The JDK minds the length of the private value, which we ignore; a key without it must be good there too.
            byte[] withoutLength = der(DhPublicKey.of(group, key.y()));
            assertFalse(Arrays.equals(der, withoutLength), e.toString());
        }
    }

    /** Whether a parser of everything in ASN.1 finds a good key in DER. It limits how deep it goes. */
    static boolean isReadByBouncyCastle(DhGroup group, byte[] der) {
        try {
            SubjectPublicKeyInfo info = SubjectPublicKeyInfo.getInstance(ASN1Primitive.fromByteArray(der));
            BigInteger y = ASN1Integer.getInstance(info.parsePublicKey()).getValue();
            ASN1Sequence parameters =
                    ASN1Sequence.getInstance(info.getAlgorithm().getParameters());
            return info.getAlgorithm().getAlgorithm().equals(PKCSObjectIdentifiers.dhKeyAgreement)
                    && (parameters.size() == 2
                            || parameters.size() == 3 && parameters.getObjectAt(2) instanceof ASN1Integer)
                    && DhPublicKey.integer(parameters, 0).equals(group.p())
                    && DhPublicKey.integer(parameters, 1).equals(group.g())
                    && group.contains(y)
                    && Arrays.equals(der, info.getEncoded(ASN1Encoding.DER))
                    && Arrays.equals(
                            info.getPublicKeyData().getOctets(), new ASN1Integer(y).getEncoded(ASN1Encoding.DER));
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }
}
