package securemqtt.broker;

import java.util.Arrays;

/** The byte order mark that Windows editors put at the beginning of a text file (Unicode, section 23.8). */
final class ByteOrderMark {
    private static final byte[] UTF_8 = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final byte[] UTF_16_BIG_ENDIAN = {(byte) 0xFE, (byte) 0xFF};
    private static final byte[] UTF_16_LITTLE_ENDIAN = {(byte) 0xFF, (byte) 0xFE};

    private ByteOrderMark() {}

    /** Removes the mark of UTF-8. Refuses an empty file and UTF-16. */
    static byte[] remove(OptionFile file, byte[] content) throws UnusableFileException {
        if (isUtf16(content)) {
            throw new UnusableFileException(file + " is UTF-16; save it as UTF-8");
        }
        byte[] text = startsWith(content, UTF_8) ? Arrays.copyOfRange(content, UTF_8.length, content.length) : content;
        if (text.length == 0) {
            throw new UnusableFileException(file + " is empty");
        }
        return text;
    }

    /** Without a mark, a zero byte next to the first ASCII character shows UTF-16. */
    private static boolean isUtf16(byte[] content) {
        return startsWith(content, UTF_16_BIG_ENDIAN)
                || startsWith(content, UTF_16_LITTLE_ENDIAN)
                || content.length >= 2 && (content[0] == 0) != (content[1] == 0);
    }

    private static boolean startsWith(byte[] content, byte[] beginning) {
        return content.length >= beginning.length
                && Arrays.equals(content, 0, beginning.length, beginning, 0, beginning.length);
    }
}
