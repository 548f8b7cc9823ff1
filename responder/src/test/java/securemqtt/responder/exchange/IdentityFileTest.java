package securemqtt.responder.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import securemqtt.broker.UnusableFileException;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.DhPublicKey;

class IdentityFileTest {
    private static final String BYTE_ORDER_MARK = "\uFEFF";
    private static final String PUBLIC_KEY = "-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----\n";

    @TempDir
    Path folder;

    private Path file;
    private DhPublicKey made;

    @BeforeEach
    void make() {
        file = folder.resolve("identity.pem");
        made = create(file).publicKey();
    }

    private static DhKeyPair create(Path file) {
        return IdentityFile.create(file, new SecureRandom());
    }

    @ParameterizedTest
    @ValueSource(strings = {"r--------", "rw-------", "rwx------"})
    void readsAFileThatOnlyItsOwnerMayRead(String mode) throws Exception {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));

        assertEquals(made, IdentityFile.read(file).publicKey());
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s", BYTE_ORDER_MARK + "%s", "text\n%s", PUBLIC_KEY + "%s", "%s" + PUBLIC_KEY})
    void ignoresAByteOrderMarkTextAndOtherBlocks(String format) throws Exception {
        String key = Files.readString(file);

        for (String lineEnd : new String[] {"\n", "\r\n", "\r"}) {
            Files.writeString(file, format.formatted(key).replace("\n", lineEnd));

            assertEquals(made, IdentityFile.read(file).publicKey());
        }
    }

    @Test
    void anErrorNamesTheFileAndTheBlock() throws Exception {
        String key = Files.readString(file);

        assertRefused(": block 2 (PRIVATE KEY) is not valid base64", PUBLIC_KEY + key.replaceFirst("\nMII", "\n*II"));
        assertRefused(": block 1 (PRIVATE KEY) has no END line", key.substring(0, 500));
        assertRefused(
                ": block 1 (PRIVATE KEY) is unusable:" + " the PEM block is not a plain PrivateKeyInfo (PKCS#8) in DER",
                PUBLIC_KEY.replace("PUBLIC", "PRIVATE"));
        assertRefused(" has no PRIVATE KEY block, only PUBLIC KEY", PUBLIC_KEY);
        assertRefused(" is empty", "");
    }

    private void assertRefused(String problem, String content) throws Exception {
        Files.writeString(file, content);

        assertEquals("--identity " + file + problem, refusal());
    }

    private String refusal() {
        return assertThrows(UnusableFileException.class, () -> IdentityFile.read(file))
                .getMessage();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw--w----", "rw----r--", "rw-----w-", "rw-rw-rw-"})
    void refusesAFileThatOthersMayReadOrChange(String mode) throws Exception {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));

        assertEquals(
                "--identity " + file + ": others can read or change it: chmod 600 " + file,
                assertThrows(IllegalArgumentException.class, () -> IdentityFile.read(file))
                        .getMessage());
    }

    @Test
    void replacesNeitherAnExistingFileNorALinkToNowhere() throws Exception {
        byte[] before = Files.readAllBytes(file);
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nowhere"));

        for (Path taken : new Path[] {file, link}) {
            assertEquals(
                    "--new-identity: " + taken + " already exists; it stays unchanged",
                    assertThrows(IllegalArgumentException.class, () -> create(taken))
                            .getMessage());
        }
        assertArrayEquals(before, Files.readAllBytes(file));
    }

    @Test
    void namesAMissingFolder() {
        Path nowhere = folder.resolve("missing/identity.pem");

        assertEquals(
                "--new-identity: there is no folder for " + nowhere,
                assertThrows(IllegalArgumentException.class, () -> create(nowhere))
                        .getMessage());
    }
}
