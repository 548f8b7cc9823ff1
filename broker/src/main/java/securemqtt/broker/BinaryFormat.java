package securemqtt.broker;

import java.security.cert.CertificateParsingException;
import java.util.Arrays;
import java.util.HexFormat;

/** Recognizes files of certificates or keys that are not PEM, and names the command that converts them. */
final class BinaryFormat {
    private static final byte[] JKS = HexFormat.of().parseHex("feedfeed");
    private static final byte[] JCEKS = HexFormat.of().parseHex("cececece");
    /** The version of a PKCS#12 store (RFC 7292, section 4). A private key has version 0 or 1. */
    private static final byte[] PKCS12_VERSION = {3};

    private BinaryFormat() {}

    /** Explains why a file has no PEM block. The text goes after the name of the file. */
    static String explain(byte[] content) {
        byte[] beginning = Arrays.copyOf(content, JKS.length);
        if (Arrays.equals(beginning, JKS) || Arrays.equals(beginning, JCEKS)) {
            return "is a Java key store; convert it with keytool -exportcert -rfc";
        }
        try {
            return explainDer(new Der(content).next(Der.SEQUENCE));
        } catch (CertificateParsingException e) {
            return "is not a PEM file: no line begins with -----BEGIN";
        }
    }

    private static String explainDer(Der sequence) throws CertificateParsingException {
        if (sequence.isNext(Der.INTEGER)) {
            return Arrays.equals(sequence.next(Der.INTEGER).rest(), PKCS12_VERSION)
                    ? "is a PKCS#12 store; convert it with openssl pkcs12 -nokeys"
                    : "is a key in DER form; convert it with openssl pkey -inform DER";
        }
        return sequence.isNext(Der.OBJECT_IDENTIFIER)
                ? "is PKCS#7 in DER form; convert it with openssl pkcs7 -inform DER -print_certs"
                : "is in DER form; convert it with openssl x509 -inform DER";
    }
}
