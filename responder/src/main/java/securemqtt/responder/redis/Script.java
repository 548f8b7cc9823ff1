package securemqtt.responder.redis;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** The scripts that Redis runs. Redis runs one at a time, so no other responder sees half of a change. */
enum Script {
    SESSIONS,
    ADD,
    TOKEN_ARRIVED,
    AUTHENTIC,
    NOT_AUTHENTIC,
    USED,
    KEY_ARRIVED,
    MAY_HAVE_SENT_KEY;

    private final String text;
    private final String sha1;

    Script() {
        text = read("live") + read(name().toLowerCase(Locale.ROOT).replace('_', '-'));
        try {
            sha1 = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Java has no SHA-1", e);
        }
    }

    private static String read(String name) {
        try (InputStream file = Script.class.getResourceAsStream(name + ".lua")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("the script " + name + " is missing", e);
        }
    }

    String text() {
        return text;
    }

    /** The name by which Redis knows the script once it is loaded: the SHA-1 of its text in hex. */
    String sha1() {
        return sha1;
    }
}
