package securemqtt.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FernetTest {
    /** From github.com/fernet/spec: generate.json and verify.json. */
    private static final String SPEC_KEY = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";

    private static final String SPEC_TOKEN =
            "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==";
    private static final long SPEC_TIME = 499162800;
    private static final Duration TTL = Duration.ofSeconds(60);

    @Test
    void theTokenOfTheSpecificationIsReproduced() {
        byte[] iv = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

        byte[] token = specFernet(Instant.EPOCH).encrypt(bytes("hello"), SPEC_TIME, iv);

        assertEquals(SPEC_TOKEN, new String(token, StandardCharsets.US_ASCII));
    }

    @Test
    void withoutATtlATokenIsDecryptedAtAnyTime() throws Exception {
        assertArrayEquals(bytes("hello"), specFernet(Instant.EPOCH).decrypt(bytes(SPEC_TOKEN)));
    }

    @ParameterizedTest
    @ValueSource(longs = {-60, 0, 60})
    void withATtlATokenIsValidFrom60SecondsBeforeItsTimeToTheEndOfItsTtl(long secondsSinceToken) throws Exception {
        assertArrayEquals(bytes("hello"), specFernet(after(secondsSinceToken)).decrypt(bytes(SPEC_TOKEN), TTL));
    }

    @Test
    void fractionsOfASecondDoNotCount() throws Exception {
        Instant lastMoment = after(60).plusMillis(999);

        assertArrayEquals(bytes("hello"), specFernet(lastMoment).decrypt(bytes(SPEC_TOKEN), TTL));
    }

    @ParameterizedTest
    @CsvSource({"-61, TOKEN_FROM_THE_FUTURE", "61, TOKEN_EXPIRED"})
    void withATtlATokenIsRefusedBeforeAndAfterThatTime(long secondsSinceToken, Refusal reason) {
        Fernet fernet = specFernet(after(secondsSinceToken));

        assertEquals(reason, refusal(() -> fernet.decrypt(bytes(SPEC_TOKEN), TTL)));
    }

    @Test
    void aTimeBeyondSigned64BitsIsInTheFuture() {
        Fernet fernet = fernet(Vectors.tokensKey(), Instant.now());

        assertEquals(
                Refusal.TOKEN_FROM_THE_FUTURE,
                refusal(() -> fernet.decrypt(Vectors.token("time-2^64-1"), Duration.ofDays(1))));
    }

    @ParameterizedTest
    @CsvSource({
        "empty, TOKEN_OTHER_VERSION",
        "one-byte, TOKEN_BAD_LENGTH",
        "72-bytes, TOKEN_BAD_LENGTH",
        "no-ciphertext, TOKEN_BAD_LENGTH",
        "block-and-a-byte, TOKEN_BAD_LENGTH",
        "version-81, TOKEN_OTHER_VERSION",
        "padding-00, TOKEN_BAD_PADDING",
        "padding-11, TOKEN_BAD_PADDING",
        "padding-030203, TOKEN_BAD_PADDING",
        "bad-hmac-last, TOKEN_NOT_AUTHENTIC",
        "no-padding, TOKEN_NOT_BASE64URL",
        "last-bits, TOKEN_NOT_BASE64URL",
    })
    void eachInvalidTokenOfTheVectorsIsRefusedForItsOwnReason(String name, Refusal reason) {
        Fernet fernet = fernet(Vectors.tokensKey(), Instant.EPOCH);

        assertEquals(reason, refusal(() -> fernet.decrypt(Vectors.token(name))));
    }

    @Test
    void aTokenWithAnyFlippedBitIsRefused() {
        Fernet fernet = specFernet(Instant.EPOCH);
        byte[] decoded = Base64.getUrlDecoder().decode(SPEC_TOKEN);
        for (int bit = 0; bit < decoded.length * 8; bit++) {
            decoded[bit / 8] ^= (byte) (1 << bit % 8);
            byte[] changed = Base64.getUrlEncoder().encode(decoded);
            assertThrows(RefusedException.class, () -> fernet.decrypt(changed));
            decoded[bit / 8] ^= (byte) (1 << bit % 8);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 17, 1 << 20})
    void aTextOfAnyLengthIsDecryptedUnchanged(int length) throws Exception {
        byte[] text = new byte[length];
        new SecureRandom().nextBytes(text);
        Fernet fernet = specFernet(Instant.now());

        assertArrayEquals(text, fernet.decrypt(fernet.encrypt(text), TTL));
    }

    @Test
    void twoTokensOfTheSameTextDiffer() {
        Fernet fernet = specFernet(Instant.EPOCH);

        assertFalse(java.util.Arrays.equals(fernet.encrypt(bytes("hello")), fernet.encrypt(bytes("hello"))));
    }

    @Test
    void aDestroyedKeyCannotBeUsedOrShown() {
        SessionKey key = Vectors.tokensKey();
        key.destroy();

        assertThrows(IllegalStateException.class, key::signingKey);
        assertThrows(IllegalStateException.class, key::encryptionKey);
        assertEquals("SessionKey[not shown]", key.toString());
    }

    private interface Attempt {
        void run() throws RefusedException;
    }

    private static Refusal refusal(Attempt attempt) {
        return assertThrows(RefusedException.class, attempt::run).refusal();
    }

    private static Instant after(long seconds) {
        return Instant.ofEpochSecond(SPEC_TIME + seconds);
    }

    private static Fernet specFernet(Instant now) {
        return fernet(SessionKey.ofBytes(Base64.getUrlDecoder().decode(SPEC_KEY)), now);
    }

    private static Fernet fernet(SessionKey key, Instant now) {
        return new Fernet(key, InstantSource.fixed(now), new SecureRandom());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
