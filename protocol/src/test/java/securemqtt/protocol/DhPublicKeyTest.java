package securemqtt.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.FutureTask;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DhPublicKeyTest {
    private static final DhGroup GROUP = DhGroup.lab();
    private static final DhPublicKey KEY = DhPublicKey.of(GROUP, BigInteger.TEN);
    private static final String PEM = new String(KEY.toPem(), StandardCharsets.US_ASCII);
    private static final String BODY =
            PEM.substring(PEM.indexOf('\n') + 1, PEM.indexOf("-----END")).replace("\n", "");

    @Test
    void aKeyIsWrittenInLinesOf64ColumnsEndedByLf() {
        String[] lines = PEM.split("\n", -1);

        assertEquals("-----BEGIN PUBLIC KEY-----", lines[0]);
        assertEquals("-----END PUBLIC KEY-----", lines[lines.length - 2]);
        assertEquals("", lines[lines.length - 1]);
        for (int i = 1; i < lines.length - 3; i++) {
            assertEquals(64, lines[i].length());
        }
    }

    @Test
    void aKeyWithCrlfIsRead() throws Exception {
        assertEquals(KEY, parse(PEM.replace("\n", "\r\n")));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 63, 76, 10_000})
    void aKeyWithAnyLineWidthIsRead(int width) throws Exception {
        assertEquals(KEY, parse(framed(BODY.replaceAll("(.{" + width + "})", "$1\n"))));
    }

    @Test
    void aKeyWithoutFinalNewlineIsRead() throws Exception {
        assertEquals(KEY, parse(PEM.stripTrailing()));
    }

    @Test
    void aKeyWithTextAndBlanksAroundItIsRead() throws Exception {
        assertEquals(KEY, parse("this is my key:\n\n  \t" + PEM + "\n\nbest regards\n"));
    }

    @Test
    void theFirstOfSeveralBlocksIsRead() throws Exception {
        String other = new String(DhPublicKey.of(GROUP, BigInteger.TWO).toPem(), StandardCharsets.US_ASCII);

        assertEquals(KEY, parse(PEM + other));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "512", "123456789012345678901234567890"})
    void thePrivateValueLengthIsIgnored(String length) throws Exception {
        assertEquals(KEY, parse(withPrivateValueLength(length)));
    }

    private static String withPrivateValueLength(String length) throws Exception {
        ASN1EncodableVector parameters = new ASN1EncodableVector();
        parameters.add(new ASN1Integer(GROUP.p()));
        parameters.add(new ASN1Integer(GROUP.g()));
        parameters.add(new ASN1Integer(new BigInteger(length)));
        SubjectPublicKeyInfo info = new SubjectPublicKeyInfo(
                new AlgorithmIdentifier(PKCSObjectIdentifiers.dhKeyAgreement, new DERSequence(parameters)),
                new ASN1Integer(KEY.y()));
        return encoded(info.getEncoded());
    }

    @ParameterizedTest
    @CsvSource({
        "y-is-0, KEY_OUT_OF_RANGE",
        "y-is-1, KEY_OUT_OF_RANGE",
        "y-is-p-minus-1, KEY_OUT_OF_RANGE",
        "y-is-p, KEY_OUT_OF_RANGE",
        "y-is-p-plus-2, KEY_OUT_OF_RANGE",
        "y-is-negative, KEY_OUT_OF_RANGE",
        "other-g, KEY_OTHER_GROUP",
        "other-p, KEY_OTHER_GROUP",
        "x942, KEY_OTHER_ALGORITHM",
        "trailing-bytes, KEY_TRAILING_BYTES",
    })
    void eachInvalidKeyOfTheVectorsIsRefusedForItsOwnReason(String name, Refusal reason) {
        assertRefused(reason, Vectors.publicKey(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hello", "-----BEGIN ", "-----BEGIN PUBLIC KEY", "----BEGIN PUBLIC KEY----\nAA==\n"})
    void aMessageWithoutPemIsRefused(String text) {
        assertRefused(Refusal.KEY_NOT_PEM, text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PRIVATE KEY", "DH PARAMETERS", "RSA PUBLIC KEY", "public key", ""})
    void anotherLabelIsRefused(String label) {
        assertRefused(Refusal.KEY_OTHER_LABEL, PEM.replace("PUBLIC KEY", label));
    }

    @Test
    void aBlockWithoutItsEndLineIsRefused() {
        assertRefused(Refusal.KEY_WITHOUT_END, PEM.substring(0, PEM.indexOf("-----END")));
        assertRefused(Refusal.KEY_WITHOUT_END, PEM.replace("END PUBLIC KEY", "END PRIVATE KEY"));
        assertRefused(Refusal.KEY_WITHOUT_END, PEM.substring(0, PEM.indexOf("-----END")) + PEM);
    }

    @Test
    void brokenBase64IsRefused() {
        assertRefused(Refusal.KEY_BROKEN_BASE64, framed("!" + BODY));
        assertRefused(Refusal.KEY_BROKEN_BASE64, framed("Proc-Type: 4,ENCRYPTED\n\n" + BODY));
        assertRefused(Refusal.KEY_BROKEN_BASE64, framed(BODY.substring(1)));
        assertRefused(Refusal.KEY_BROKEN_BASE64, framed("AAA=" + "\n" + BODY));
        assertRefused(Refusal.KEY_BROKEN_BASE64, framed("AA"));
        assertRefused(Refusal.KEY_BROKEN_BASE64, framed("AB=="));
    }

    @Test
    void bytesThatAreNotASubjectPublicKeyInfoAreRefused() throws Exception {
        byte[] der = der();

        assertRefused(Refusal.KEY_NOT_DER, framed(""));
        assertRefused(Refusal.KEY_NOT_DER, framed("AA=="));
        assertRefused(Refusal.KEY_NOT_DER, encoded(Arrays.copyOf(der, der.length - 1)));
        assertRefused(Refusal.KEY_NOT_DER, encoded(new byte[] {0x30, 0x00}));
    }

    @Test
    void berThatIsNotDerIsRefused() {
        byte[] der = der();
        byte[] indefinite = new byte[der.length + 2];
        indefinite[0] = 0x30;
        indefinite[1] = (byte) 0x80;
        System.arraycopy(der, 4, indefinite, 2, der.length - 4);

        assertRefused(Refusal.KEY_NOT_DER, encoded(Arrays.copyOf(indefinite, der.length)));
    }

    /** Nests as deep as a message allows. The thread's stack is too small for a parser that descends so deep. */
    @ParameterizedTest
    @ValueSource(ints = {0x30, 0x31, 0xA0})
    void deeplyNestedDerIsRefused(int tag) throws Exception {
        byte[] nested = {0x05, 0x00};
        for (int depth = 0; depth < 1490; depth++) {
            byte[] header = nested.length < 0x80
                    ? new byte[] {(byte) tag, (byte) nested.length}
                    : nested.length < 0x100
                            ? new byte[] {(byte) tag, (byte) 0x81, (byte) nested.length}
                            : new byte[] {(byte) tag, (byte) 0x82, (byte) (nested.length >> 8), (byte) nested.length};
            byte[] around = Arrays.copyOf(header, header.length + nested.length);
            System.arraycopy(nested, 0, around, header.length, nested.length);
            nested = around;
        }

        String message = encoded(nested);
        FutureTask<Void> refused = new FutureTask<>(() -> assertRefused(Refusal.KEY_NOT_DER, message), null);
        new Thread(null, refused, "small-stack", 256 * 1024).start();
        refused.get();
    }

    /**
     * BER allows longer forms of a length. The test tries each of a key's eight values, in a group with short
     * lengths.
     */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void aLengthThatIsNotInItsShortestFormIsRefused(int index) throws Exception {
        DhGroup small = new DhGroup(BigInteger.valueOf(227), BigInteger.TWO);
        byte[] honest = AcceptedKey.der(DhPublicKey.of(small, BigInteger.TEN));

        assertArrayEquals(honest, new LongLength(-1, 0).key());
        for (int bytes = 1; bytes <= 2; bytes++) {
            byte[] longer = encoded(new LongLength(index, bytes).key()).getBytes(StandardCharsets.ISO_8859_1);
            RefusedException e = assertThrows(RefusedException.class, () -> DhPublicKey.parse(small, longer));
            assertEquals(Refusal.KEY_NOT_DER, e.refusal());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "384", "123456789012345678901234567890"})
    void aKeyIsTheSameAfterItsBytes(String length) throws Exception {
        DhPublicKey key = length.isEmpty() ? KEY : parse(withPrivateValueLength(length));

        DhPublicKey again = DhPublicKey.ofBytes(GROUP, key.toBytes());

        assertEquals(key, again);
        assertArrayEquals(key.toPem(), again.toPem());
    }

    @Test
    void bytesThatAreNoKeyAreRefused() {
        byte[] one = new byte[512];
        one[511] = 1;

        assertThrows(IllegalArgumentException.class, () -> DhPublicKey.ofBytes(GROUP, new byte[511]));
        assertThrows(IllegalArgumentException.class, () -> DhPublicKey.ofBytes(GROUP, one));
    }

    /**
     * Encodes the public key y = 10 of the group with p = 227 and g = 2. The value with the given index, in the order
     * of encoding, has its length in the long form; a negative index selects none.
     */
    private static final class LongLength {
        private final int index;
        private final int lengthBytes;
        private int values;

        LongLength(int index, int lengthBytes) {
            this.index = index;
            this.lengthBytes = lengthBytes;
        }

        byte[] key() {
            HexFormat hex = HexFormat.of();
            byte[] oid = value(0x06, hex.parseHex("2a864886f70d010301"));
            byte[] parameters = value(0x30, value(0x02, hex.parseHex("00e3")), value(0x02, hex.parseHex("02")));
            byte[] algorithm = value(0x30, oid, parameters);
            return value(0x30, algorithm, value(0x03, new byte[1], value(0x02, hex.parseHex("0a"))));
        }

        private byte[] value(int tag, byte[]... parts) {
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            for (byte[] part : parts) {
                content.writeBytes(part);
            }
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.write(tag);
            if (values++ == index) {
                all.write(0x80 + lengthBytes);
                for (int zeros = 1; zeros < lengthBytes; zeros++) {
                    all.write(0);
                }
            }
            all.write(content.size());
            all.writeBytes(content.toByteArray());
            return all.toByteArray();
        }
    }

    @Test
    void deeplyNestedBerIsRefused() {
        byte[] nested = new byte[6000];
        for (int i = 0; i < nested.length; i += 2) {
            nested[i] = 0x30;
            nested[i + 1] = (byte) 0x80;
        }

        assertRefused(Refusal.KEY_NOT_DER, encoded(nested));
    }

    @Test
    void everyChangedByteOfTheDerLeadsToARefusalOrAnotherKey() throws Exception {
        byte[] der = der();
        for (int i = 0; i < der.length; i++) {
            der[i] ^= 1;
            try {
                assertNotEquals(KEY, parse(encoded(der)), "byte " + i);
            } catch (RefusedException refused) {
                // A refusal is also correct.
            }
            der[i] ^= 1;
        }
    }

    @Test
    void aMessageOfMoreThan8KibIsRefused() throws Exception {
        String longest = PEM + " ".repeat(DhPublicKey.MAX_PEM_LENGTH - PEM.length());

        assertEquals(KEY, parse(longest));
        assertRefused(Refusal.KEY_TOO_LONG, longest + " ");
    }

    @Test
    void randomBytesAreRefused() {
        Random random = new Random(1);
        for (int i = 0; i < 1000; i++) {
            byte[] bytes = new byte[random.nextInt(600)];
            random.nextBytes(bytes);
            assertThrows(RefusedException.class, () -> DhPublicKey.parse(GROUP, bytes));
            assertThrows(RefusedException.class, () -> parse(encoded(bytes)));
        }
    }

    @Test
    void theFingerprintIsSha256OfTheDerAsReceived() throws Exception {
        DhPublicKey withLength = DhPublicKey.parse(GROUP, Vectors.publicKey("pkcs3-l-1024"));
        String pem = new String(Vectors.publicKey("pkcs3-l-1024"), StandardCharsets.US_ASCII);
        byte[] received = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));

        assertEquals(sha256(received), withLength.fingerprint());
        assertEquals(sha256(der()), KEY.fingerprint());
    }

    @Test
    void aParsedKeyIsWrittenAsItWasReceived() throws Exception {
        byte[] withLength = Vectors.publicKey("pkcs3-l-1024");

        assertArrayEquals(withLength, DhPublicKey.parse(GROUP, withLength).toPem());
    }

    private static DhPublicKey parse(String pem) throws RefusedException {
        return DhPublicKey.parse(GROUP, pem.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void assertRefused(Refusal reason, String pem) {
        assertRefused(reason, pem.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void assertRefused(Refusal reason, byte[] pem) {
        RefusedException e = assertThrows(RefusedException.class, () -> DhPublicKey.parse(GROUP, pem));
        assertEquals(reason, e.refusal());
    }

    private static byte[] der() {
        return Base64.getDecoder().decode(BODY);
    }

    private static String encoded(byte[] der) {
        return framed(Base64.getEncoder().encodeToString(der));
    }

    private static String framed(String body) {
        return "-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----\n";
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
