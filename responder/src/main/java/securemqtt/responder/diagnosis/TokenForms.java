package securemqtt.responder.diagnosis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Undoes what clients do to a token when they write it as text. */
final class TokenForms {
    private static final byte VERSION = (byte) 0x80;

    private static final String VERSION_HEX = "80";
    /** Version, time and IV. */
    private static final int HEAD = 25;

    /**
     * A token's bytes.
     *
     * @param mistakes in writing it; empty for canonical base64url
     */
    record Raw(List<Mistake> mistakes, byte[] bytes) {}

    private TokenForms() {}

    /** The bytes of the token in a message; empty if there is no token in it in any known form. */
    static Optional<Raw> read(byte[] payload) {
        if (isToken(payload)) {
            return Optional.of(new Raw(List.of(Mistake.TOKEN_RAW_BYTES), payload));
        }
        String text = new String(payload, StandardCharsets.ISO_8859_1);
        List<Mistake> mistakes = new ArrayList<>();
        String stripped = text.strip().replaceAll("\0+$", "");
        if (!stripped.equals(text)) {
            mistakes.add(Mistake.TOKEN_NEWLINE);
        }
        if (stripped.matches("(?s)b(['\"]).*\\1")) {
            mistakes.add(Mistake.TOKEN_BYTES_LITERAL);
            stripped = stripped.substring(2, stripped.length() - 1);
        } else if (stripped.matches("(?s)(['\"]).*\\1") && stripped.length() > 1) {
            mistakes.add(Mistake.TOKEN_JSON_STRING);
            stripped = stripped.substring(1, stripped.length() - 1);
        }
        if (stripped.startsWith(VERSION_HEX) && stripped.matches("(?:[0-9A-Fa-f]{2})+")) {
            mistakes.add(Mistake.TOKEN_HEX);
            return Optional.of(new Raw(List.copyOf(mistakes), HexFormat.of().parseHex(stripped)));
        }
        Optional<byte[]> bytes = decode(stripped, mistakes);
        if (bytes.isPresent() && !isToken(bytes.get())) {
            // Perhaps the library had encoded it already.
            List<Mistake> inner = new ArrayList<>();
            Optional<byte[]> twice = decode(new String(bytes.get(), StandardCharsets.ISO_8859_1), inner);
            if (twice.isPresent() && inner.isEmpty() && isToken(twice.get())) {
                return Optional.of(new Raw(List.of(Mistake.TOKEN_TWICE_BASE64), twice.get()));
            }
        }
        return bytes.map(raw -> new Raw(List.copyOf(mistakes), raw));
    }

    private static boolean isToken(byte[] bytes) {
        return bytes.length > HEAD && bytes[0] == VERSION;
    }

    private static Optional<byte[]> decode(String text, List<Mistake> mistakes) {
        if (text.isEmpty() || !text.matches("[A-Za-z0-9+/_-]+={0,2}")) {
            return Optional.empty();
        }
        boolean standard = text.indexOf('+') >= 0 || text.indexOf('/') >= 0;
        if (standard && (text.indexOf('-') >= 0 || text.indexOf('_') >= 0)) {
            return Optional.empty();
        }
        try {
            byte[] bytes = (standard ? Base64.getDecoder() : Base64.getUrlDecoder()).decode(text);
            if (standard) {
                mistakes.add(Mistake.TOKEN_STANDARD_BASE64);
            }
            if (text.length() % 4 != 0) {
                mistakes.add(Mistake.TOKEN_WITHOUT_PADDING);
            }
            String again = (standard ? Base64.getEncoder() : Base64.getUrlEncoder()).encodeToString(bytes);
            // Stray last bits are somebody's tampering and no mistake of a program.
            return again.startsWith(text) ? Optional.of(bytes) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** A copy of a part. */
    static byte[] part(byte[] bytes, int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }
}
