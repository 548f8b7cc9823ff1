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

/** Checks that every accepted public key must pass, whatever message it was read from. */
final class AcceptedKey {
    /** The lab's group, and a group so small that the fuzzer's changes rarely hit the bytes of p. */
    static final List<DhGroup> GROUPS = List.of(DhGroup.lab(), new DhGroup(BigInteger.valueOf(227), BigInteger.TWO));

    private AcceptedKey() {}

    static void check(DhGroup group, DhPublicKey key) throws Exception {
        byte[] der = der(key);
        assertTrue(key.y().compareTo(BigInteger.TWO) >= 0);
        assertTrue(key.y().compareTo(group.p().subtract(BigInteger.TWO)) <= 0);
        assertArrayEquals(der, ASN1Primitive.fromByteArray(der).getEncoded(ASN1Encoding.DER));
        assertEquals(
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(der)), key.fingerprint());
        assertJdkReadsTheSameKey(group, key, der);

        byte[] pem = key.toPem();
        // A message with longer lines has fewer line ends, so PEM with 64 columns can exceed the limit.
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

    private static void assertJdkReadsTheSameKey(DhGroup group, DhPublicKey key, byte[] der) throws Exception {
        try {
            DHPublicKey jdkKey = (DHPublicKey) KeyFactory.getInstance("DH").generatePublic(new X509EncodedKeySpec(der));
            assertEquals(key.y(), jdkKey.getY());
            assertEquals(group.p(), jdkKey.getParams().getP());
            assertEquals(group.g(), jdkKey.getParams().getG());
        } catch (InvalidKeySpecException e) {
            // The JDK checks privateValueLength, which we ignore. Without it, the JDK must accept the key too.
            byte[] withoutLength = der(DhPublicKey.of(group, key.y()));
            assertFalse(Arrays.equals(der, withoutLength), e.toString());
        }
    }

    /** Whether Bouncy Castle's general ASN.1 parser, which limits its depth, finds a valid key in the DER. */
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
