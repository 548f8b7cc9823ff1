package securemqtt.broker;

import java.security.cert.CertificateParsingException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The settings that OpenSSL writes after the certificate in a block {@code TRUSTED CERTIFICATE} (its X509_CERT_AUX):
 * the purposes for which the owner trusts the certificate, the purposes for which they reject it, a name and more.
 */
final class TrustSettings {
    /** id-kp-serverAuth and anyExtendedKeyUsage (RFC 5280, section 4.2.1.12), in DER. */
    private static final byte[] TLS_SERVER = HexFormat.of().parseHex("2b06010505070301");

    private static final byte[] ANY_PURPOSE = HexFormat.of().parseHex("551d2500");

    private TrustSettings() {}

    /** Whether the certificate may vouch for TLS servers. As in OpenSSL, a rejection overrides trust. */
    static boolean allowTlsServers(Der afterCertificate) throws CertificateParsingException {
        if (!afterCertificate.hasMore()) {
            return true;
        }
        Der settings = afterCertificate.next(Der.SEQUENCE);
        boolean trusted = !settings.isNext(Der.SEQUENCE) || containsTlsServer(settings.next(Der.SEQUENCE));
        boolean rejected = settings.isNext(Der.CONTEXT_0) && containsTlsServer(settings.next(Der.CONTEXT_0));
        return trusted && !rejected;
    }

    private static boolean containsTlsServer(Der purposes) throws CertificateParsingException {
        boolean contains = false;
        while (purposes.hasMore()) {
            byte[] purpose = purposes.next(Der.OBJECT_IDENTIFIER).rest();
            contains |= Arrays.equals(purpose, TLS_SERVER) || Arrays.equals(purpose, ANY_PURPOSE);
        }
        return contains;
    }
}
