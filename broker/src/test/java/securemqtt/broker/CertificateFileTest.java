package securemqtt.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static securemqtt.broker.TestFiles.CA_FILE;
import static securemqtt.broker.TestFiles.bytes;
import static securemqtt.broker.TestFiles.refusal;
import static securemqtt.broker.TestFiles.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateFileTest {
    private static final String BYTE_ORDER_MARK = "\u00EF\u00BB\u00BF";
    private static final String AUTHORITY = text("authority.pem");
    private static final String OTHER = text("other-authority.pem");
    private static final String KEY = text("authority.key");

    @Test
    void certificatesKeepTheirOrder() throws Exception {
        assertEquals(List.of("CN=authority", "CN=other authority"), subjects(AUTHORITY + OTHER));
    }

    @ParameterizedTest
    @ValueSource(strings = {"authority.key", "encrypted.key", "parameters.pem"})
    void otherBlocksAreIgnored(String name) throws Exception {
        assertEquals(List.of("CN=authority"), subjects(text(name) + AUTHORITY));
        assertEquals(List.of("CN=authority"), subjects(AUTHORITY + text(name)));
    }

    @Test
    void textAroundTheBlocksIsIgnored() throws Exception {
        String text =
                "Certificate:\n    Data:\n        Version: 3 (0x2)\n\n# M\u00FCnchen -----BEGIN CERTIFICATE-----\n";

        assertEquals(List.of("CN=authority", "CN=other authority"), subjects(text + AUTHORITY + text + OTHER + text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r\n", "\r", " \t\n", "\n\n", "\n  ", " "})
    void lineEndsAndSpacesMayVary(String lineEnd) throws Exception {
        assertEquals(
                List.of("CN=authority", "CN=other authority"),
                subjects((KEY + AUTHORITY + OTHER).replace("\n", lineEnd)));
    }

    @Test
    void aByteOrderMarkIsIgnored() throws Exception {
        assertEquals(List.of("CN=authority"), subjects(BYTE_ORDER_MARK + AUTHORITY));
    }

    @Test
    void theOldLabelIsAccepted() throws Exception {
        assertEquals(List.of("CN=authority"), subjects(AUTHORITY.replace("CERTIFICATE", "X509 CERTIFICATE")));
    }

    @Test
    void aServersOwnCertificateCanBeTrusted() throws Exception {
        assertEquals(List.of("CN=localhost"), subjects(text("server.pem")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"trusted", "trusted-for-servers", "trusted-for-all", "rejected-for-mail"})
    void aTrustedCertificateIsAcceptedWithoutItsSettings(String name) throws Exception {
        assertEquals(AUTHORITY, rewritten(text(name + ".pem")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"trusted-for-mail", "rejected-for-servers", "rejected-for-all"})
    void aCertificateThatIsNotTrustedForServersIsIgnored(String name) throws Exception {
        assertEquals(List.of("CN=other authority"), subjects(text(name + ".pem") + OTHER));
        assertEquals(
                "--cafile ca.pem: block 2 (TRUSTED CERTIFICATE) is not trusted for TLS servers, by its own trust settings",
                refusalOf(KEY + text(name + ".pem")));
    }

    @Test
    void theRewrittenFileContainsOnlyCertificates() throws Exception {
        assertEquals(
                AUTHORITY + OTHER,
                rewritten(BYTE_ORDER_MARK + KEY + "text\n" + AUTHORITY + text("parameters.pem") + OTHER));
    }

    @Test
    void theErrorNumbersTheBlockOfABrokenCertificate() {
        String certificate = AUTHORITY.substring(0, 200) + "*" + AUTHORITY.substring(201);

        assertEquals(
                "--cafile ca.pem: block 2 (CERTIFICATE) is not valid base64", refusalOf(KEY + certificate + OTHER));
    }

    @Test
    void aMissingEndLineIsAnError() {
        String cutOff = AUTHORITY.substring(0, 300);
        String problem = "--cafile ca.pem: block 1 (CERTIFICATE) has no END line";

        assertEquals(problem, refusalOf(cutOff));
        assertEquals(problem, refusalOf(cutOff + "\n" + OTHER));
        assertEquals(
                "--cafile ca.pem: block 1 (CERTIFICATE) has an END line with another label",
                refusalOf(AUTHORITY.replace("END CERTIFICATE", "END X509 CERTIFICATE")));
    }

    @Test
    void theErrorCountsMissingAndSurplusBytes() throws Exception {
        byte[] der = certificate().getEncoded();

        assertEquals(
                "--cafile ca.pem: block 1 (CERTIFICATE) is cut off: it has 300 of " + der.length + " bytes",
                refusalOf(block("CERTIFICATE", der, 300)));
        assertEquals(
                "--cafile ca.pem: block 1 (CERTIFICATE) has 2 bytes after the certificate",
                refusalOf(block("CERTIFICATE", der, der.length + 2)));
        assertEquals(
                "--cafile ca.pem: block 1 (TRUSTED CERTIFICATE) has broken trust settings after the certificate",
                refusalOf(block("TRUSTED CERTIFICATE", der, der.length + 2)));
    }

    @Test
    void otherContentIsNotACertificate() {
        String problem = "--cafile ca.pem: block 1 (CERTIFICATE) is not an X.509 certificate";

        assertEquals(problem, refusalOf(KEY.replace("PRIVATE KEY", "CERTIFICATE")));
        assertEquals(problem, refusalOf(block("CERTIFICATE", new byte[] {1}, 1)));
        assertEquals(problem, refusalOf(block("CERTIFICATE", bytes(AUTHORITY), AUTHORITY.length())));
        assertEquals(
                "--cafile ca.pem: block 1 (CERTIFICATE) is empty", refusalOf(block("CERTIFICATE", new byte[0], 0)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "authority.key | has a private key but no certificate",
                "encrypted.key | has a private key but no certificate",
                "parameters.pem | has no CERTIFICATE block, only DH PARAMETERS",
            })
    void theErrorNamesTheBlocksOfAFileWithoutCertificates(String name, String problem) {
        assertEquals("--cafile ca.pem " + problem, refusalOf(text(name)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "<html>", "----BEGIN CERTIFICATE----", "# -----BEGIN CERTIFICATE-----"})
    void otherTextIsNotAPemFile(String text) {
        assertEquals("--cafile ca.pem is not a PEM file: no line begins with -----BEGIN", refusalOf(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", BYTE_ORDER_MARK})
    void anEmptyFileIsAnError(String text) {
        assertEquals("--cafile ca.pem is empty", refusalOf(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "x-UTF-16LE-BOM"})
    void utf16IsAnError(String charset) {
        byte[] content = AUTHORITY.getBytes(Charset.forName(charset));

        assertEquals(
                "--cafile ca.pem is UTF-16; save it as UTF-8", refusal(() -> CertificateFile.parse(CA_FILE, content)));
    }

    @Test
    void theErrorForDerHasACommandThatConvertsIt() throws Exception {
        assertProblem(
                "is in DER form; convert it with openssl x509 -inform DER",
                certificate().getEncoded());
        assertProblem(
                "is PKCS#7 in DER form; convert it with openssl pkcs7 -inform DER -print_certs",
                CertificateFactory.getInstance("X.509")
                        .generateCertPath(List.of(certificate()))
                        .getEncoded("PKCS7"));
        assertProblem(
                "is a key in DER form; convert it with openssl pkey -inform DER",
                Base64.getMimeDecoder().decode(KEY.replaceAll("-----.*-----", "")));
    }

    @ParameterizedTest
    @CsvSource({
        "PKCS12, is a PKCS#12 store; convert it with openssl pkcs12 -nokeys",
        "JKS, is a Java key store; convert it with keytool -exportcert -rfc",
        "JCEKS, is a Java key store; convert it with keytool -exportcert -rfc"
    })
    void theErrorForAKeyStoreHasACommandThatConvertsIt(String type, String problem) throws Exception {
        KeyStore store = KeyStore.getInstance(type);
        store.load(null, null);
        store.setCertificateEntry("ca", certificate());
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        store.store(file, "password".toCharArray());

        assertProblem(problem, file.toByteArray());
    }

    private static void assertProblem(String problem, byte[] content) {
        assertEquals("--cafile ca.pem " + problem, refusal(() -> CertificateFile.parse(CA_FILE, content)));
    }

    private static String refusalOf(String text) {
        return refusal(() -> CertificateFile.parse(CA_FILE, bytes(text)));
    }

    private static List<String> subjects(String text) throws UnusableFileException {
        return CertificateFile.parse(CA_FILE, bytes(text)).certificates().stream()
                .map(certificate -> certificate.getSubjectX500Principal().getName())
                .toList();
    }

    private static String rewritten(String text) throws UnusableFileException {
        return CertificateFile.parse(CA_FILE, bytes(text)).toPem();
    }

    private static X509Certificate certificate() throws UnusableFileException {
        return CertificateFile.parse(CA_FILE, bytes(AUTHORITY)).certificates().get(0);
    }

    private static String block(String label, byte[] content, int length) {
        return PemBlock.encode(label, Arrays.copyOf(content, length));
    }
}
