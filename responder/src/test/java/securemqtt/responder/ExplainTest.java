package securemqtt.responder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;

class ExplainTest {
    private static final Path VECTORS = Path.of("../protocol/src/test/resources/securemqtt/protocol/vectors.json");
    private static final HexFormat HEX = HexFormat.of();

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** A key exchange of vectors.json, as the text of its JSON object. */
    record Vector(String json) {
        String value(String name) {
            MatchResult value = Pattern.compile("\"" + name + "\": \"([^\"]*)\"")
                    .matcher(json)
                    .results()
                    .findFirst()
                    .orElseThrow();
            return Pattern.compile("\\\\u(....)")
                    .matcher(value.group(1).replace("\\n", "\n"))
                    .replaceAll(escape -> Character.toString((char) Integer.parseInt(escape.group(1), 16)));
        }

        @Override
        public String toString() {
            return value("name");
        }
    }

    static List<Vector> vectors() throws IOException {
        String json = Files.readString(VECTORS);
        String exchanges = json.substring(json.indexOf("\"vectors\""), json.indexOf("\"public_keys\""));
        return Stream.of(exchanges.split("(?=\"name\")"))
                .skip(1)
                .map(Vector::new)
                .toList();
    }

    @BeforeEach
    void writeTheFirstVector() throws Exception {
        write(vectors().get(0));
    }

    private void write(Vector vector) throws Exception {
        write("private.pem", privateKey(new BigInteger(vector.value("private_a_hex"), 16)));
        write("peer.pem", vector.value("public_b_pem"));
        write("token", vector.value("token"));
    }

    private void write(String file, String content) throws IOException {
        Files.writeString(folder.resolve(file), content);
    }

    private static String privateKey(BigInteger x) throws IOException {
        DERSequence parameters = new DERSequence(new ASN1Integer[] {
            new ASN1Integer(DhGroup.lab().p()), new ASN1Integer(DhGroup.lab().g())
        });
        AlgorithmIdentifier algorithm = new AlgorithmIdentifier(PKCSObjectIdentifiers.dhKeyAgreement, parameters);
        byte[] der = new PrivateKeyInfo(algorithm, new ASN1Integer(x)).getEncoded("DER");
        return "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(der)
                + "\n-----END PRIVATE KEY-----\n";
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void theStepsAndTheTextAreTheKnownAnswers(Vector vector) throws Exception {
        write(vector);
        String key = vector.value("derived_key_hex");
        String secret = vector.value("shared_secret_hex");

        List<String> lines = explainToken();

        assertEquals(11, lines.size(), lines.toString());
        assertTrue(
                lines.get(0).endsWith(" bytes, " + vector.value("private_a_hex").replaceFirst("^(00)+", "")));
        assertEquals(
                "step: shared secret Z: 512 bytes, first 8 " + secret.substring(0, 16) + ", last 8 "
                        + secret.substring(1008) + ", SHA-256 "
                        + HEX.formatHex(MessageDigest.getInstance("SHA-256").digest(HEX.parseHex(secret))),
                lines.get(3));
        assertEquals("step: HKDF's output (info 00): " + key, lines.get(5));
        assertTrue(lines.get(9).endsWith(", as in the token"), lines.get(9));
        assertEquals("result: the token is right, its text is: " + vector.value("plaintext_utf8"), lines.get(10));
    }

    @Test
    void withoutATokenTheKeyExchangeIsExplained() {
        assertEquals(0, run(arguments("--private", "private.pem", "--peer", "peer.pem")));

        assertEquals(8, out.toString().lines().count());
        assertEquals("", err.toString());
    }

    @Test
    void theMistakeOfAWrongTokenIsNamed() throws Exception {
        write("token", token(HEX.parseHex(vectors().get(0).value("wrong_key_if_tobytearray_hex")), "hello"));

        List<String> lines = explainToken();

        assertTrue(lines.get(9).endsWith(", not as in the token"), lines.get(9));
        assertEquals(
                "result: refused token-not-authentic: the token was not made with the session key, or was changed; the key"
                        + " was derived from the secret with a zero byte in front, as Java's toByteArray gives"
                        + " [secret-sign-byte, proved]; remove the first of the 513 bytes",
                lines.get(10));
        assertTrue(lines.get(11).startsWith("right in Python: z.to_bytes(512, \"big\")"), lines.get(11));
        assertTrue(lines.get(15).startsWith("right in C (OpenSSL): BN_bn2binpad"), lines.get(15));
    }

    private static String token(byte[] key, String text) throws Exception {
        return token(key, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String token(byte[] key, byte[] text) throws Exception {
        byte[] iv = new byte[16];
        new SecureRandom().nextBytes(iv);
        Cipher aes = Cipher.getInstance("AES/CBC/PKCS5Padding");
        aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, 16, 16, "AES"), new IvParameterSpec(iv));
        byte[] ciphertext = aes.doFinal(text);
        ByteBuffer token = ByteBuffer.allocate(25 + ciphertext.length + 32);
        token.put((byte) 0x80).putLong(1_732_700_000).put(iv).put(ciphertext);
        Mac hmac = Mac.getInstance("HmacSHA256");
        hmac.init(new SecretKeySpec(key, 0, 16, "HmacSHA256"));
        token.put(hmac.doFinal(Arrays.copyOf(token.array(), token.position())));
        return Base64.getUrlEncoder().encodeToString(token.array());
    }

    @ParameterizedTest
    @CsvSource({"'\n', the token is right", "'\r\n', the token is right", "'\n\n', refused token-not-base64url"})
    void oneNewlineAtTheEndBelongsToTheFile(String end, String result) throws Exception {
        write("token", vectors().get(0).value("token") + end);

        assertTrue(explainToken().stream().anyMatch(line -> line.startsWith("result: " + result)), out.toString());
    }

    @Test
    void aTextWithControlCharactersStaysOnItsLine() throws Exception {
        write("token", token(HEX.parseHex(vectors().get(0).value("derived_key_hex")), "a\u001B[2J\nb"));

        assertEquals(
                "result: the token is right, its text is: a\\u{1b}[2J\\u{a}b",
                explainToken().get(10));
    }

    @Test
    void aTextInLatin1IsAMistake() throws Exception {
        byte[] key = HEX.parseHex(vectors().get(0).value("derived_key_hex"));
        write("token", token(key, "Gr\u00FC\u00DFe".getBytes(StandardCharsets.ISO_8859_1)));

        assertEquals(
                "result: refused text-not-utf8: the text is not UTF-8; the text is in Latin-1 [text-latin-1]; encode the"
                        + " text in UTF-8",
                explainToken().get(10));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--private missing --peer peer.pem | --private FOLDER/missing: there is no such file",
                "--private peer.pem --peer peer.pem | --private FOLDER/peer.pem has no PRIVATE KEY block, only PUBLIC KEY",
                "--private private.pem --peer token | --peer FOLDER/token is not a PEM file: no line begins with -----BEGIN",
                "--private private.pem --peer peer.pem --token . | --token FOLDER/. is a folder, not a file",
                "--private private.pem --peer own.pem | --peer FOLDER/own.pem is the public key of --private, not the responder's",
                "--private private.pem --peer long | --peer FOLDER/long is longer than 1048576 bytes",
                "--private own.key --peer bad.pem | --peer FOLDER/bad.pem: block 1 (PUBLIC KEY) is unusable: the PEM block is not a SubjectPublicKeyInfo in DER",
            })
    void aFileThatIsUnusableIsNamed(String files, String error) throws Exception {
        DhKeyPair own = DhKeyPair.generate(DhGroup.lab(), new SecureRandom());
        write("own.key", new String(own.toPem(), StandardCharsets.US_ASCII));
        write("bad.pem", "-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----\n");
        Files.write(folder.resolve("long"), new byte[1024 * 1024 + 1]);
        if (files.contains("own.pem")) {
            write("own.pem", new String(own.publicKey().toPem(), StandardCharsets.US_ASCII));
            write("private.pem", new String(own.toPem(), StandardCharsets.US_ASCII));
        }

        assertEquals(2, run(arguments(files.split(" "))));

        assertEquals("", out.toString());
        assertEquals(
                "secure_mqtt_responder: error: " + error.replace("FOLDER", folder.toString()),
                err.toString().lines().findFirst().orElseThrow());
        assertTrue(err.toString().contains("\nUsage: secure_mqtt_responder explain --private FILE --peer FILE"));
    }

    @Test
    void bothKeysAreRequired() {
        assertEquals(2, run("explain", "--private", "x"));

        assertTrue(err.toString().contains("error: Missing required option: '--peer=FILE'\n"), err.toString());
    }

    @Test
    void anEmptyNameIsNoFile() {
        assertEquals(2, run("explain", "--private", "x", "--peer", ""));
        assertEquals(2, run("explain", "--private", "", "--peer", "x"));

        assertTrue(err.toString().contains("error: --private must not be empty\n"), err.toString());
    }

    private List<String> explainToken() {
        assertEquals(0, run(arguments("--private", "private.pem", "--peer", "peer.pem", "--token", "token")));
        assertEquals("", err.toString());
        return out.toString().lines().toList();
    }

    /** The command, with each file in the test's folder. */
    private String[] arguments(String... options) {
        return Stream.concat(
                        Stream.of("explain"),
                        Stream.of(options)
                                .map(word -> word.startsWith("--")
                                        ? word
                                        : folder.resolve(word).toString()))
                .toArray(String[]::new);
    }

    private int run(String... arguments) {
        return SecureMqttResponder.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
