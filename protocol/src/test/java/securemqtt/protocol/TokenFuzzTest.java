package securemqtt.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;

/** The fuzzer makes the whole token. It does not know the key, so only the saved tokens take it past the HMAC. */
class TokenFuzzTest {
    /** The time of most of the saved tokens. */
    private static final Instant NOW = Instant.ofEpochSecond(1_000_000);

    private static final Duration TTL = Duration.ofSeconds(60);
    private static final Fernet FERNET = new Fernet(Vectors.tokensKey(), InstantSource.fixed(NOW), new SecureRandom());

    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    /** Padded base64url in which the unused bits of the last character are zero. */
    private static final Pattern CANONICAL =
            Pattern.compile("(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-][AQgw]==|[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048]=)?");

    private static final Set<Refusal> TIME_REFUSALS = EnumSet.of(Refusal.TOKEN_EXPIRED, Refusal.TOKEN_FROM_THE_FUTURE);

    @FuzzTest(maxDuration = "")
    void onlyUnchangedTokensMadeWithOurKeyAreDecrypted(byte[] token) throws Exception {
        boolean canonical = CANONICAL
                .matcher(new String(token, StandardCharsets.ISO_8859_1))
                .matches();
        byte[] text;
        try {
            text = FERNET.decrypt(token);
        } catch (RefusedException e) {
            assertEquals(canonical, e.refusal() != Refusal.TOKEN_NOT_BASE64URL);
            Refusal withTtl = refusal(token);
            assertTrue(withTtl == e.refusal() || TIME_REFUSALS.contains(withTtl), withTtl.code());
            return;
        }
        assertTrue(canonical);

        ByteBuffer decoded = ByteBuffer.wrap(Base64.getUrlDecoder().decode(token));
        long time = decoded.getLong(1);
        byte[] iv = new byte[16];
        decoded.get(9, iv);
        assertArrayEquals(token, FERNET.encrypt(text, time, iv));

        if (time >= 0 && Math.abs(time - NOW.getEpochSecond()) <= 60) {
            assertArrayEquals(text, FERNET.decrypt(token, TTL));
        } else {
            assertTrue(TIME_REFUSALS.contains(refusal(token)));
        }

        for (int i = 0; i < token.length; i++) {
            byte[] changed = token.clone();
            changed[i] = (byte) ALPHABET.charAt((ALPHABET.indexOf(token[i]) + 1) % ALPHABET.length());
            assertThrows(RefusedException.class, () -> FERNET.decrypt(changed));
            byte[] cut = Arrays.copyOf(token, i);
            assertThrows(RefusedException.class, () -> FERNET.decrypt(cut));
        }
    }

    private static Refusal refusal(byte[] token) {
        return assertThrows(RefusedException.class, () -> FERNET.decrypt(token, TTL))
                .refusal();
    }
}
