package securemqtt.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/** The textual encoding of RFC 7468: DER in base64 between a BEGIN and an END line with a label. */
final class Pem {
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});
    private static final String DASHES = "-----";
    private static final String BEGIN = DASHES + "BEGIN ";

    private Pem() {}

    /** Writes lines of 64 columns. Each line ends in LF, including the last one. */
    static byte[] encode(String label, byte[] der) {
        String pem = BEGIN + label + DASHES + "\n" + LINES.encodeToString(der) + "\n" + end(label) + "\n";
        return pem.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Reads the first block. Ignores white space inside the block and all text around it, so CRLF, other line widths
     * and a missing final newline are accepted. The rest of the block must be canonical base64.
     *
     * @throws RefusedException if there is no block, or the first block has another label, no END line or broken
     *     base64
     */
    static byte[] decode(String label, byte[] pem) throws RefusedException {
        String text = new String(pem, StandardCharsets.ISO_8859_1);
        int begin = text.indexOf(BEGIN);
        int labelEnd = text.indexOf(DASHES, begin + BEGIN.length());
        if (begin < 0 || labelEnd < 0) {
            throw new RefusedException(Refusal.KEY_NOT_PEM);
        }
        if (!text.substring(begin + BEGIN.length(), labelEnd).equals(label)) {
            throw new RefusedException(Refusal.KEY_OTHER_LABEL);
        }
        int bodyBegin = labelEnd + DASHES.length();
        int bodyEnd = text.indexOf(end(label), bodyBegin);
        int nextBegin = text.indexOf(BEGIN, bodyBegin);
        if (bodyEnd < 0 || nextBegin >= 0 && nextBegin < bodyEnd) {
            throw new RefusedException(Refusal.KEY_WITHOUT_END);
        }
        return decodeBase64(text.substring(bodyBegin, bodyEnd).replaceAll("[ \t\r\n]", ""));
    }

    private static byte[] decodeBase64(String base64) throws RefusedException {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(Refusal.KEY_BROKEN_BASE64, e);
        }
        // The decoder accepts missing padding and nonzero trailing bits.
        if (!Arrays.equals(Base64.getEncoder().encode(bytes), base64.getBytes(StandardCharsets.ISO_8859_1))) {
            throw new RefusedException(Refusal.KEY_BROKEN_BASE64);
        }
        return bytes;
    }

    private static String end(String label) {
        return DASHES + "END " + label + DASHES;
    }
}
