package securemqtt.responder.check;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.pkcs.DHParameter;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.agreement.DHStandardGroups;
import org.bouncycastle.crypto.params.DHParameters;
import securemqtt.protocol.DhGroup;

/** Public keys in PEM that no client may use. */
final class WrongKeys {
    static final SecureRandom RANDOM = new SecureRandom();

    private static final int LINE = 64;
    /** In bits. */
    private static final int PRIVATE_VALUE = 384;

    private WrongKeys() {}

    /** The public value 1, whose shared secret is 1. */
    static byte[] one() {
        return pem(DhGroup.lab().p(), DhGroup.lab().g(), BigInteger.ONE);
    }

    /** The public value p-1, whose shared secret is 1 or p-1. */
    static byte[] minusOne() {
        return pem(DhGroup.lab().p(), DhGroup.lab().g(), DhGroup.lab().p().subtract(BigInteger.ONE));
    }

    /** A good key of the group ffdhe4096 (RFC 7919), which is as long as the lab's. */
    static byte[] ofOtherGroup() {
        DHParameters group = DHStandardGroups.rfc7919_ffdhe4096;
        return pem(
                group.getP(), group.getG(), group.getG().modPow(new BigInteger(PRIVATE_VALUE, RANDOM), group.getP()));
    }

    private static byte[] pem(BigInteger p, BigInteger g, BigInteger y) {
        try {
            byte[] der = new SubjectPublicKeyInfo(
                            new AlgorithmIdentifier(PKCSObjectIdentifiers.dhKeyAgreement, new DHParameter(p, g, 0)),
                            new ASN1Integer(y))
                    .getEncoded(ASN1Encoding.DER);
            return ("-----BEGIN PUBLIC KEY-----\n"
                            + Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(der)
                            + "\n-----END PUBLIC KEY-----\n")
                    .getBytes(StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new IllegalStateException("DER could not be written to memory", e);
        }
    }
}
