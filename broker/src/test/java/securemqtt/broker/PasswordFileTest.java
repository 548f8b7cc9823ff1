package securemqtt.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static securemqtt.broker.TestFiles.bytes;
import static securemqtt.broker.TestFiles.refusal;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordFileTest {
    private static final OptionFile FILE = new OptionFile("--password-file", Path.of("password"));

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n", "\r", "\nsecond", "\r\n\u00FF"})
    void thePasswordIsTheFirstLineWithItsSpaces(String rest) throws Exception {
        assertEquals(" pass word\t ", PasswordFile.password(FILE, bytes(" pass word\t " + rest)));
    }

    @Test
    void thePasswordIsUtf8() throws Exception {
        assertEquals(
                "p\u00E4ss\u20AC", PasswordFile.password(FILE, "p\u00E4ss\u20AC\n".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aByteOrderMarkIsNotPartOfThePassword() throws Exception {
        assertEquals("secret", PasswordFile.password(FILE, bytes("\u00EF\u00BB\u00BFsecret\r\n")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\nsecond", "\u00EF\u00BB\u00BF\nsecond"})
    void anEmptyFirstLineIsAnError(String text) {
        assertEquals(
                "--password-file password: its first line is empty",
                refusal(() -> PasswordFile.password(FILE, bytes(text))));
    }

    @Test
    void anEmptyFileIsAnError() {
        assertEquals("--password-file password is empty", refusal(() -> PasswordFile.password(FILE, new byte[0])));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "x-UTF-16LE-BOM"})
    void utf16IsAnError(String charset) {
        byte[] content = "secret".getBytes(Charset.forName(charset));

        assertEquals(
                "--password-file password is UTF-16; save it as UTF-8",
                refusal(() -> PasswordFile.password(FILE, content)));
    }

    @Test
    void theErrorForInvalidUtf8DoesNotShowTheBytes() {
        assertEquals(
                "--password-file password: its first line is not valid UTF-8; save it as UTF-8",
                refusal(() -> PasswordFile.password(FILE, bytes("p\u00E4ss\n"))));
    }
}
