package securemqtt.responder.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.agreement.DHStandardGroups;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;

class KeyDiagnosisTest {
    private static final DhKeyPair KEY_PAIR = DhKeyPair.generate(DhGroup.lab(), new SecureRandom());
    private static final String PEM = new String(KEY_PAIR.publicKey().toPem(), StandardCharsets.US_ASCII);
    private static final BigInteger Y = BigInteger.TWO.pow(4000).subtract(BigInteger.TEN);
    private static final String PKCS3 = "1.2.840.113549.1.3.1";

    static Stream<Map.Entry<Mistake, byte[]>> wrongKeys() throws GeneralSecurityException, IOException {
        BigInteger p = DhGroup.lab().p();
        BigInteger two = BigInteger.TWO;
        return Stream.of(
                Map.entry(Mistake.KEY_DER, der(PEM)),
                Map.entry(Mistake.KEY_BASE64_ONLY, ascii(PEM.replaceAll("-----[^-]*-----\n", ""))),
                Map.entry(Mistake.KEY_BYTES_LITERAL, ascii("b'" + PEM.replace("\n", "\\n") + "'")),
                Map.entry(Mistake.KEY_JSON_STRING, ascii("\"" + PEM.replace("\n", "\\n") + "\"")),
                Map.entry(Mistake.KEY_ESCAPED_NEWLINES, ascii(PEM.replace("\n", "\\n"))),
                Map.entry(Mistake.KEY_PARAMETERS, ascii(PEM.replace("PUBLIC KEY", "DH PARAMETERS"))),
                Map.entry(Mistake.KEY_PRIVATE, KEY_PAIR.toPem()),
                Map.entry(Mistake.KEY_X942, ascii(pem(key("1.2.840.10046.2.1", p, two, p.shiftRight(1))))),
                Map.entry(
                        Mistake.KEY_FFDHE4096, ascii(pem(key(PKCS3, DHStandardGroups.rfc7919_ffdhe4096.getP(), two)))),
                Map.entry(Mistake.KEY_GENERATOR_5, ascii(pem(key(PKCS3, p, BigInteger.valueOf(5))))),
                Map.entry(Mistake.KEY_RSA, ascii(pem(jdkKey("RSA")))),
                Map.entry(Mistake.KEY_EC, ascii(pem(jdkKey("EC")))),
                Map.entry(Mistake.KEY_EC, ascii(pem(jdkKey("X25519")))),
                Map.entry(Mistake.KEY_DECIMAL, ascii(Y.toString())),
                Map.entry(Mistake.KEY_HEX, ascii(Y.toString(16))),
                Map.entry(Mistake.KEY_NUL, ascii(PEM + "\0")),
                Map.entry(Mistake.KEY_LABEL, ascii(PEM.replace("PUBLIC KEY", "DH PUBLIC KEY"))));
    }

    @ParameterizedTest
    @MethodSource("wrongKeys")
    void eachMistakeIsRecognized(Map.Entry<Mistake, byte[]> wrong) {
        assertEquals(List.of(wrong.getKey()), KeyDiagnosis.diagnose(wrong.getValue()));
    }

    @Test
    void twoMistakesAreRecognized() throws GeneralSecurityException {
        assertEquals(
                List.of(Mistake.KEY_JSON_STRING, Mistake.KEY_RSA),
                KeyDiagnosis.diagnose(ascii("\"" + pem(jdkKey("RSA")).replace("\n", "\\n") + "\"")));
    }

    @Test
    void aZeroByteAtTheEndOfDerIsPartOfTheKey() throws IOException {
        byte[] der =
                key("1.2.840.113549.1.3.1", DhGroup.lab().p(), DhGroup.lab().g());
        der[der.length - 1] = 0;

        assertEquals(List.of(Mistake.KEY_DER), KeyDiagnosis.diagnose(der));
    }

    @Test
    void aRightKeyShowsNone() {
        for (String right : List.of(PEM, PEM.replace("\n", "\r\n"), PEM.strip(), "text\n" + PEM)) {
            assertEquals(List.of(), KeyDiagnosis.diagnose(ascii(right)));
        }
    }

    @Test
    void otherBytesShowNone() {
        Random random = new Random(1);
        for (int i = 0; i < 1000; i++) {
            byte[] bytes = new byte[random.nextInt(2000)];
            random.nextBytes(bytes);
            assertEquals(List.of(), KeyDiagnosis.diagnose(bytes));
        }
    }

    private static byte[] key(String algorithm, BigInteger... parameters) throws IOException {
        ASN1EncodableVector values = new ASN1EncodableVector();
        Arrays.stream(parameters).map(ASN1Integer::new).forEach(values::add);
        return new SubjectPublicKeyInfo(
                        new AlgorithmIdentifier(new ASN1ObjectIdentifier(algorithm), new DERSequence(values)),
                        new ASN1Integer(Y))
                .getEncoded();
    }

    private static byte[] jdkKey(String algorithm) throws GeneralSecurityException {
        return KeyPairGenerator.getInstance(algorithm)
                .generateKeyPair()
                .getPublic()
                .getEncoded();
    }

    private static byte[] der(String pem) {
        return Base64.getMimeDecoder().decode(pem.replaceAll("-----[^-]*-----", ""));
    }

    private static String pem(byte[] der) {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, ascii("\n")).encodeToString(der)
                + "\n-----END PUBLIC KEY-----\n";
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
