package securemqtt.broker;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads a password from the first line of a file. */
public final class PasswordFile {
    public static final String OPTION = "--password-file";

    /** The longest file that is read, in bytes: the longest password, and one byte for a line end. */
    static final int MAX_LENGTH = Login.MAX_LENGTH + 1;

    private PasswordFile() {}

    /** Reads the password from the file. The read may block. */
    public static String read(OptionFile file) throws UnusableFileException {
        return password(file, file.read(MAX_LENGTH));
    }

    /** Returns the first line without its line end. Spaces are part of the password. A byte order mark is not. */
    static String password(OptionFile file, byte[] content) throws UnusableFileException {
        byte[] text = ByteOrderMark.remove(file, content);
        int length = firstLineLength(text);
        if (length == 0) {
            throw new UnusableFileException(file + ": its first line is empty");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new UnusableFileException(file + ": its first line is not valid UTF-8; save it as UTF-8", e);
        }
    }

    private static int firstLineLength(byte[] text) {
        int length = 0;
        while (length < text.length && text[length] != '\n' && text[length] != '\r') {
            length++;
        }
        return length;
    }
}
