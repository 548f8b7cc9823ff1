package securemqtt.broker;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The certificates of a CA file. Like OpenSSL, it ignores other blocks, such as private keys, and text between the
 * blocks. Unlike OpenSSL, it refuses bytes after a certificate.
 */
public final class CertificateFile {
    public static final String OPTION = "--cafile";

    /** The longest file that is read, in bytes: a file with all public authorities has about 250,000. */
    static final int MAX_LENGTH = 1024 * 1024;

    private static final String LABEL = "CERTIFICATE";
    private static final String LABEL_WITH_TRUST_SETTINGS = "TRUSTED CERTIFICATE";
    private static final Set<String> LABELS = Set.of(LABEL, "X509 CERTIFICATE", LABEL_WITH_TRUST_SETTINGS);
    private final List<X509Certificate> certificates = new ArrayList<>();
    private final StringBuilder pem = new StringBuilder();

    private CertificateFile() {}

    /**
     * Reads all certificates that may vouch for TLS servers. The read may block.
     *
     * @throws UnusableFileException if the file is unreadable, if it has no such certificate, or if one is broken
     */
    public static CertificateFile read(OptionFile file) throws UnusableFileException {
        return parse(file, file.read(MAX_LENGTH));
    }

    static CertificateFile parse(OptionFile file, byte[] content) throws UnusableFileException {
        List<PemBlock> blocks = PemBlock.read(file, content);
        List<PemBlock> candidates =
                blocks.stream().filter(block -> LABELS.contains(block.label())).toList();
        if (candidates.isEmpty()) {
            throw blocks.stream().allMatch(block -> block.label().endsWith("PRIVATE KEY"))
                    ? new UnusableFileException(file + " has a private key but no certificate")
                    : PemBlock.missing(LABEL, file, blocks);
        }
        CertificateFile trusted = new CertificateFile();
        for (PemBlock block : candidates) {
            trusted.add(block);
        }
        if (trusted.certificates.isEmpty()) {
            throw candidates.get(0).unusable("is not trusted for TLS servers, by its own trust settings");
        }
        return trusted;
    }

    private void add(PemBlock block) throws UnusableFileException {
        byte[] content = block.content();
        Der der = new Der(content);
        byte[] encoded = first(block, der, content);
        X509Certificate certificate = certificate(block, encoded);
        if (block.label().equals(LABEL_WITH_TRUST_SETTINGS)) {
            if (!allowsTlsServers(block, der)) {
                return;
            }
        } else if (der.hasMore()) {
            throw block.unusable("has " + (content.length - encoded.length) + " bytes after the certificate");
        }
        certificates.add(certificate);
        // Another library parses this text again, so it contains nothing but the certificates that are checked here.
        pem.append(PemBlock.encode(LABEL, encoded));
    }

    /** The encoded certificate at the beginning of a block. */
    private static byte[] first(PemBlock block, Der der, byte[] content) throws UnusableFileException {
        try {
            int length = der.nextLength();
            if (der.isNext(Der.SEQUENCE) && length > content.length) {
                throw block.unusable("is cut off: it has " + content.length + " of " + length + " bytes");
            }
            der.next(Der.SEQUENCE);
            return Arrays.copyOf(content, length);
        } catch (CertificateParsingException e) {
            throw block.unusable("is not an X.509 certificate");
        }
    }

    private static X509Certificate certificate(PemBlock block, byte[] encoded) throws UnusableFileException {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
        } catch (CertificateException | RuntimeException e) {
            throw block.unusable("is not an X.509 certificate");
        }
    }

    private static boolean allowsTlsServers(PemBlock block, Der afterCertificate) throws UnusableFileException {
        try {
            return TrustSettings.allowTlsServers(afterCertificate);
        } catch (CertificateParsingException e) {
            throw block.unusable("has broken trust settings after the certificate");
        }
    }

    /** The certificates in the order of the file. */
    public List<X509Certificate> certificates() {
        return List.copyOf(certificates);
    }

    /** The certificates as PEM blocks, without any other text. */
    public String toPem() {
        return pem.toString();
    }
}
