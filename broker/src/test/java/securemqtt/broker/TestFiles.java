package securemqtt.broker;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.function.Executable;

/** The test files are from OpenSSL 3.0. Their certificates are valid until 2126. */
final class TestFiles {
    static final OptionFile CA_FILE = new OptionFile("--cafile", Path.of("ca.pem"));

    private TestFiles() {}

    static String text(String name) {
        try (InputStream in = TestFiles.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new IllegalStateException(name, e);
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String refusal(Executable action) {
        return assertThrows(UnusableFileException.class, action).getMessage();
    }
}
