package securemqtt.responder;

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
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.DhPublicKey;

class IdentityFileTest {
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
    void whatItsOwnerAloneMayReadIsRead(String mode) throws Exception {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));

        assertEquals(made, IdentityFile.read(file).publicKey());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw--w----", "rw----r--", "rw-----w-", "rw-rw-rw-"})
    void whatOthersMayReadOrChangeIsRefused(String mode) throws Exception {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));

        assertEquals(
                "--identity: " + file + " may be read or changed by others: chmod 600 " + file,
                assertThrows(IllegalArgumentException.class, () -> IdentityFile.read(file))
                        .getMessage());
    }

    @Test
    void aFileThatIsThereOrALinkToNowhereIsLeftAsItIs() throws Exception {
        byte[] before = Files.readAllBytes(file);
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nowhere"));

        for (Path taken : new Path[] {file, link}) {
            assertEquals(
                    "--new-identity: " + taken + " exists already, and is left as it is",
                    assertThrows(IllegalArgumentException.class, () -> create(taken))
                            .getMessage());
        }
        assertArrayEquals(before, Files.readAllBytes(file));
    }

    @Test
    void aMissingFolderIsNamed() {
        Path nowhere = folder.resolve("missing/identity.pem");

        assertEquals(
                "--new-identity: there is no folder for " + nowhere,
                assertThrows(IllegalArgumentException.class, () -> create(nowhere))
                        .getMessage());
    }
}
