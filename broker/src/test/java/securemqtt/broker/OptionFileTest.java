package securemqtt.broker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static securemqtt.broker.TestFiles.refusal;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OptionFileTest {
    @TempDir
    Path folder;

    @Test
    void aFileMayBeAsLongAsTheLimit() throws Exception {
        Path path = Files.writeString(folder.resolve("ca.pem"), "12345");

        assertArrayEquals("12345".getBytes(), file(path).read(5));
        assertEquals("--cafile " + path + " is longer than 4 bytes", refusal(() -> file(path)
                .read(4)));
    }

    @Test
    void aMissingFileIsAnError() {
        Path path = folder.resolve("ca.pem");

        assertEquals("--cafile " + path + ": there is no such file", refusal(() -> file(path)
                .read(1)));
    }

    @Test
    void aFolderIsAnError() {
        assertEquals("--cafile " + folder + " is a folder, not a file", refusal(() -> file(folder)
                .read(1)));
    }

    @Test
    void theErrorNamesTheFileOnceAndTheReason() {
        assertEquals(
                "--cafile ca.pem cannot be read: permission denied",
                FileErrors.reading("--cafile ca.pem", new AccessDeniedException("ca.pem")));
        assertEquals(
                "--cafile ca.pem cannot be read: too many levels of symbolic links",
                FileErrors.reading(
                        "--cafile ca.pem",
                        new FileSystemException("ca.pem", null, "Too many levels of symbolic links")));
        assertEquals(
                "--cafile ca.pem cannot be read: the operating system gives no reason",
                FileErrors.reading("--cafile ca.pem", new FileSystemException("ca.pem")));
        assertEquals("it is a folder", FileErrors.reason(new IOException("Is a directory")));
        assertEquals("input/output error", FileErrors.reason(new IOException("Input/output error")));
    }

    private static OptionFile file(Path path) {
        return new OptionFile("--cafile", path);
    }
}
