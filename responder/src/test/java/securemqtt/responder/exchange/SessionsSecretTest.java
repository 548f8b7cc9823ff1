package securemqtt.responder.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import securemqtt.broker.UnusableFileException;

class SessionsSecretTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void create() {
        file = folder.resolve("secret");
        SessionsSecret.create(file, new SecureRandom());
    }

    @Test
    void aNewSecretHas32BytesThatOnlyItsOwnerCanRead() throws Exception {
        String line = Files.readString(file);

        assertEquals(32, Base64.getDecoder().decode(line.strip()).length);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(
                SessionsSecret.read(file).fingerprint(),
                SessionsSecret.read(file).fingerprint());
    }

    @Test
    void twoSecretsDiffer() throws Exception {
        Path other = folder.resolve("other");
        SessionsSecret.create(other, new SecureRandom());

        assertNotEquals(
                SessionsSecret.read(file).fingerprint(),
                SessionsSecret.read(other).fingerprint());
    }

    @Test
    void aSecretIsNotReplaced() {
        assertEquals(
                "--new-sessions-secret: " + file + " already exists; it stays unchanged",
                assertThrows(IllegalArgumentException.class, () -> SessionsSecret.create(file, new SecureRandom()))
                        .getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw--w----", "rw----r--"})
    void aSecretThatOthersCanReadOrChangeIsRefused(String mode) throws Exception {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));

        assertEquals("--sessions-secret-file " + file + ": others can read or change it: chmod 600 " + file, refusal());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "not base64!", "c2hvcnQ=", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="})
    void anotherContentIsRefusedWithoutShowingIt(String content) throws Exception {
        Files.writeString(file, content);

        assertEquals(
                "--sessions-secret-file " + file
                        + " is not 32 bytes in base64; --new-sessions-secret FILE makes such a file",
                refusal());
    }

    @Test
    void aMissingFileIsSaid() {
        Path missing = folder.resolve("missing");

        assertEquals(
                "--sessions-secret-file " + missing + ": there is no such file",
                assertThrows(UnusableFileException.class, () -> SessionsSecret.read(missing))
                        .getMessage());
    }

    @Test
    void theSecretIsNotShown() throws Exception {
        SessionsSecret secret = SessionsSecret.read(file);

        assertEquals("SessionsSecret[not shown]", secret.toString());
        assertFalse(Files.readString(file).contains(secret.fingerprint()));
    }

    private String refusal() {
        return assertThrows(IllegalArgumentException.class, () -> SessionsSecret.read(file))
                .getMessage();
    }
}
