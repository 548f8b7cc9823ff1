package securemqtt.responder.diagnosis;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.agreement.DHStandardGroups;
import org.bouncycastle.util.BigIntegers;
import securemqtt.protocol.DhGroup;

/**
 * Recognizes by its form what a client sent in place of a public key. It searches the encoded key for known parts and parses nothing
 * that is nested, so a hostile message costs no more than its length.
 */
public final class KeyDiagnosis {
    private static final Pattern BEGIN = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----");
    private static final int MOST_LAYERS = 3;

    /** Object identifiers in DER, with their tag and length. */
    private static final Map<String, Mistake> ALGORITHMS = Map.of(
            "06072a8648ce3e0201", Mistake.KEY_X942,
            "06092a864886f70d010101", Mistake.KEY_RSA,
            "06072a8648ce3d0201", Mistake.KEY_EC,
            "06032b656e", Mistake.KEY_EC,
            "06032b6570", Mistake.KEY_EC);

    private KeyDiagnosis() {}

    /**
     * The mistakes in a message that should be a public key in PEM; empty if it shows none.
     *
     * @param payload as received, of any length
     */
    public static List<Mistake> diagnose(byte[] payload) {
        List<Mistake> mistakes = new ArrayList<>();
        byte[] key = payload;
        // DER may end in any byte, so nothing is around it.
        for (int layer = 0; layer < MOST_LAYERS && !isDer(key); layer++) {
            Optional<byte[]> inner = unwrap(key, mistakes);
            if (inner.isEmpty()) {
                break;
            }
            key = inner.get();
        }
        content(key, mistakes);
        return List.copyOf(mistakes);
    }

    /** Removes one layer around the key; empty if there is none. */
    private static Optional<byte[]> unwrap(byte[] payload, List<Mistake> mistakes) {
        String text = latin1(payload);
        if (text.endsWith("\0") && BEGIN.matcher(text).find()) {
            mistakes.add(Mistake.KEY_NUL);
            return Optional.of(bytes(text.replaceAll("\0+$", "")));
        }
        String stripped = text.strip();
        if (stripped.matches("(?s)b(['\"]).*\\1")) {
            mistakes.add(Mistake.KEY_BYTES_LITERAL);
            return Optional.of(bytes(unescaped(stripped.substring(2, stripped.length() - 1))));
        }
        if (stripped.length() > 1 && stripped.matches("(?s)(['\"]).*\\1")) {
            mistakes.add(Mistake.KEY_JSON_STRING);
            return Optional.of(bytes(unescaped(stripped.substring(1, stripped.length() - 1))));
        }
        if (stripped.startsWith("-----BEGIN") && stripped.contains("\\n")) {
            mistakes.add(Mistake.KEY_ESCAPED_NEWLINES);
            return Optional.of(bytes(unescaped(stripped)));
        }
        return Optional.empty();
    }

    private static String unescaped(String text) {
        return text.replace("\\r", "").replace("\\n", "\n").replace("\\/", "/");
    }

    private static void content(byte[] key, List<Mistake> mistakes) {
        String text = latin1(key);
        Matcher begin = BEGIN.matcher(text);
        if (begin.find()) {
            label(begin.group(1), mistakes);
            base64(text.substring(begin.end()).replaceFirst("(?s)-----END.*", ""))
                    .ifPresent(der -> algorithm(der, mistakes));
        } else if (isDer(key)) {
            mistakes.add(Mistake.KEY_DER);
            algorithm(key, mistakes);
        } else if (text.strip().matches("[0-9]{100,}")) {
            mistakes.add(Mistake.KEY_DECIMAL);
        } else if (text.strip().matches("(?:0x)?[0-9A-Fa-f]{100,}")) {
            mistakes.add(Mistake.KEY_HEX);
        } else {
            base64(text).filter(KeyDiagnosis::isDer).ifPresent(der -> {
                mistakes.add(Mistake.KEY_BASE64_ONLY);
                algorithm(der, mistakes);
            });
        }
    }

    private static void label(String label, List<Mistake> mistakes) {
        if (label.endsWith("PARAMETERS")) {
            mistakes.add(Mistake.KEY_PARAMETERS);
        } else if (label.endsWith("PRIVATE KEY")) {
            mistakes.add(Mistake.KEY_PRIVATE);
        } else if (label.equals("RSA PUBLIC KEY")) {
            mistakes.add(Mistake.KEY_RSA);
        } else if (!label.equals("PUBLIC KEY") && label.endsWith("PUBLIC KEY")) {
            mistakes.add(Mistake.KEY_LABEL);
        }
    }

    private static void algorithm(byte[] der, List<Mistake> mistakes) {
        if (mistakes.contains(Mistake.KEY_PRIVATE) || mistakes.contains(Mistake.KEY_PARAMETERS)) {
            return;
        }
        String hex = HexFormat.of().formatHex(der);
        // The algorithm is among the first values.
        String head = hex.substring(0, Math.min(hex.length(), 80));
        ALGORITHMS.entrySet().stream()
                .filter(algorithm -> head.contains(algorithm.getKey()))
                .map(Map.Entry::getValue)
                .filter(mistake -> !mistakes.contains(mistake))
                .findFirst()
                .ifPresent(mistakes::add);
        if (hex.contains(hex(DHStandardGroups.rfc7919_ffdhe4096.getP()))) {
            mistakes.add(Mistake.KEY_FFDHE4096);
        } else if (hex.contains(hex(DhGroup.lab().p()) + "020105")) {
            mistakes.add(Mistake.KEY_GENERATOR_5);
        }
    }

    private static String hex(BigInteger number) {
        return HexFormat.of().formatHex(BigIntegers.asUnsignedByteArray(number));
    }

    /** A SEQUENCE whose length fits. */
    private static boolean isDer(byte[] bytes) {
        if (bytes.length < 4 || bytes[0] != 0x30) {
            return false;
        }
        int length = bytes[1] & 0xFF;
        if (length < 0x80) {
            return bytes.length == 2 + length;
        }
        return length == 0x82 && bytes.length == 4 + ((bytes[2] & 0xFF) << 8 | bytes[3] & 0xFF)
                || length == 0x81 && bytes.length == 3 + (bytes[2] & 0xFF);
    }

    private static Optional<byte[]> base64(String text) {
        try {
            return Optional.of(Base64.getDecoder().decode(text.replaceAll("\\s", "")));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(String latin1) {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }
}
