package securemqtt.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The responder with a long-term key pair, and clients that pin its fingerprint. */
class IdentityIT {
    private static final String UNUSABLE_KEY = ": block 1 (PRIVATE KEY) is unusable: ";

    @TempDir
    Path folder;

    @Test
    void aNewIdentityIsItsOwnersAloneAndHasTheFingerprintThatOpensslSees() throws Exception {
        Path file = folder.resolve("identity.pem");

        Program.Result result =
                Program.responder("--new-identity", file.toString()).await().expect(0);

        assertTrue(result.stdout().matches("[0-9a-f]{64}\n"), result.stdout());
        assertEquals(List.of(), result.stderr());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(result.stdout(), fingerprintByOpenssl(file));
        openssl("pkey -in identity.pem -check -noout -text");
    }

    @Test
    void aFingerprintThatCannotBeWrittenIsReported() {
        Path file = folder.resolve("identity.pem");

        Program.Result result = Program.start(
                        "sh",
                        "-c",
                        "exec \"$@\" >/dev/full",
                        "sh",
                        Program.HOME.resolve("secure_mqtt_responder").toString(),
                        "--new-identity",
                        file.toString())
                .await()
                .expect(1);

        assertEquals(
                "secure_mqtt_responder: error: the fingerprint of " + file + " could not be written to standard output",
                result.stderr().get(0));
        assertTrue(Files.exists(file));
    }

    @Test
    void aClientThatPinsItGetsItsAnswersAlsoAfterARestart() {
        Path file = folder.resolve("identity.pem");
        String pin = Program.responder("--new-identity", file.toString())
                .await()
                .expect(0)
                .stdout()
                .strip();

        for (int run = 0; run < 2; run++) {
            assertAnswersUnder(pin, file);
        }
    }

    @Test
    void aKeyMadeByOpensslIsAccepted() throws Exception {
        Path file = keyByOpenssl("-paramfile '" + Program.HOME.resolve("dhparam4096.pem") + "'");

        assertAnswersUnder(fingerprintByOpenssl(file).strip(), file);
    }

    @Test
    void aKeyBesideItsParametersAndItsPublicKeyIsAccepted() throws Exception {
        Path key = keyByOpenssl("-paramfile '" + Program.HOME.resolve("dhparam4096.pem") + "'");
        openssl("pkey -in key.pem -pubout -out public.pem");
        Path file = folder.resolve("all.pem");
        Files.writeString(
                file,
                "\uFEFF" + Files.readString(Program.HOME.resolve("dhparam4096.pem"))
                        + Files.readString(folder.resolve("public.pem"))
                        + Files.readString(key).replace("\n", "\r\n"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));

        assertAnswersUnder(fingerprintByOpenssl(key).strip(), file);
    }

    private static void assertAnswersUnder(String pin, Path identity) {
        try (Program responder =
                Program.responder("--embedded-broker", "-p", "0", "-v", "--identity", identity.toString())) {
            responder.awaitStderr("INFO  identity: fingerprint " + pin + "$");
            String port = responder.awaitStderr("ready: .*:(\\d+)$").group(1);
            for (int exchange = 0; exchange < 2; exchange++) {
                Program.Result result = Program.client("-p", port, "--pin", pin, "le0nh4rt", "uppercase", "x")
                        .await()
                        .expect(0);
                assertEquals("X\n", result.stdout());
            }
        }
    }

    @Test
    void aFileThatOthersMayReadIsRefused() throws Exception {
        Path file = keyByOpenssl("-paramfile '" + Program.HOME.resolve("dhparam4096.pem") + "'");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        assertUsageError(
                "--identity " + file + ": others can read or change it: chmod 600 " + file,
                "--identity",
                file.toString());
    }

    @Test
    void aMissingFileIsNamed() {
        Path file = folder.resolve("missing.pem");

        assertUsageError("--identity " + file + ": there is no such file", "--identity", file.toString());
    }

    @Test
    void aPublicKeyIsNoIdentity() throws Exception {
        Path file = keyByOpenssl("-paramfile '" + Program.HOME.resolve("dhparam4096.pem") + "'");
        openssl("pkey -in '" + file + "' -pubout -out public.pem && chmod 600 public.pem");

        Path publicKey = folder.resolve("public.pem");
        assertUsageError(
                "--identity " + publicKey + " has no PRIVATE KEY block, only PUBLIC KEY",
                "--identity",
                publicKey.toString());
    }

    @Test
    void aKeyOfAnotherGroupOrAlgorithmIsNoIdentity() {
        Path otherGroup = keyByOpenssl("-algorithm DH -pkeyopt group:ffdhe2048");
        assertUsageError(
                "--identity " + otherGroup + UNUSABLE_KEY + "the key belongs to another Diffie-Hellman group",
                "--identity",
                otherGroup.toString());

        Path otherAlgorithm = keyByOpenssl("-algorithm X25519");
        assertUsageError(
                "--identity " + otherAlgorithm + UNUSABLE_KEY + "the key is not a PKCS#3 Diffie-Hellman key",
                "--identity",
                otherAlgorithm.toString());
    }

    @Test
    void anExistingFileIsNotOverwritten() throws Exception {
        Path file = Files.writeString(folder.resolve("there"), "precious");

        assertUsageError(
                "--new-identity: " + file + " already exists; it stays unchanged", "--new-identity", file.toString());

        assertArrayEquals("precious".getBytes(), Files.readAllBytes(file));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--identity", "--new-identity", "--cafile", "--username", "--password-file"})
    void anEmptyValueIsNotTakenForNone(String option) {
        assertUsageError(option + " must not be empty", option, "");
    }

    @Test
    void anIdentityIsEitherUsedOrMade() {
        assertUsageError("either --identity or --new-identity, not both", "--identity", "a", "--new-identity", "b");
    }

    private static void assertUsageError(String message, String... options) {
        Program.Result result = Program.responder(options).await().expect(2);

        assertEquals("", result.stdout());
        assertEquals("secure_mqtt_responder: error: " + message, result.stderr().get(0));
        assertTrue(result.stderr().get(1).startsWith("Usage: secure_mqtt_responder "));
    }

    private Path keyByOpenssl(String options) {
        openssl("genpkey " + options + " -out key.pem && chmod 600 key.pem");
        return folder.resolve("key.pem");
    }

    private String fingerprintByOpenssl(Path file) {
        return openssl("pkey -in '" + file + "' -pubout -outform DER | openssl dgst -sha256 -r | cut -d ' ' -f 1")
                .stdout();
    }

    private Program.Result openssl(String command) {
        Peers.require("openssl");
        return Program.start("sh", "-c", "cd '" + folder + "' && openssl " + command)
                .await()
                .expect(0);
    }
}
