package securemqtt.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The fuzzer makes the content of a token: version, time, IV and padded text. The test encrypts and signs the content
 * with our key, so the fuzzer gets past the HMAC. It does so with the JDK, so our code is not compared with itself.
 */
class SignedTokenFuzzTest {
    private static final int IV_OFFSET = 9;
    private static final int TEXT_OFFSET = 25;
    private static final int BLOCK = 16;

    private static final SessionKey KEY = Vectors.tokensKey();
    private static final Instant NOW = Instant.ofEpochSecond(1_000_000);
    private static final Duration TTL = Duration.ofSeconds(60);
    private static final Fernet FERNET = new Fernet(KEY, InstantSource.fixed(NOW), new SecureRandom());

    @FuzzTest(maxDuration = "")
    void anyContentIsOpenedOrRefusedAsTheSpecificationSays(byte[] content) throws Exception {
        byte[] token = token(content);
        Optional<Refusal> form = refusalOfForm(content, token);
        Optional<Refusal> time = form.isPresent() ? form : refusalOfTime(content);
        Optional<Refusal> padding = form.isPresent() ? form : refusalOfPadding(content);

        assertOpened(content, token, padding, () -> FERNET.decrypt(token));
        assertOpened(content, token, time.or(() -> padding), () -> FERNET.decrypt(token, TTL));
    }

    private interface Attempt {
        byte[] run() throws RefusedException;
    }

    private static void assertOpened(byte[] content, byte[] token, Optional<Refusal> refusal, Attempt attempt)
            throws RefusedException {
        if (refusal.isPresent()) {
            assertEquals(
                    refusal.get(),
                    assertThrows(RefusedException.class, attempt::run).refusal());
            return;
        }
        byte[] text = attempt.run();
        int textEnd = content.length - content[content.length - 1];
        assertArrayEquals(Arrays.copyOfRange(content, TEXT_OFFSET, textEnd), text);
        byte[] iv = Arrays.copyOfRange(content, IV_OFFSET, TEXT_OFFSET);
        assertArrayEquals(token, FERNET.encrypt(text, ByteBuffer.wrap(content).getLong(1), iv));
    }

    private static Optional<Refusal> refusalOfForm(byte[] content, byte[] token) {
        if (Base64.getUrlDecoder().decode(token)[0] != (byte) 0x80) {
            return Optional.of(Refusal.TOKEN_OTHER_VERSION);
        }
        return hasBlocks(content) ? Optional.empty() : Optional.of(Refusal.TOKEN_BAD_LENGTH);
    }

    private static Optional<Refusal> refusalOfTime(byte[] content) {
        BigInteger time = new BigInteger(1, Arrays.copyOfRange(content, 1, IV_OFFSET));
        BigInteger now = BigInteger.valueOf(NOW.getEpochSecond());
        if (time.compareTo(now.add(BigInteger.valueOf(60))) > 0) {
            return Optional.of(Refusal.TOKEN_FROM_THE_FUTURE);
        }
        boolean expired = time.add(BigInteger.valueOf(TTL.toSeconds())).compareTo(now) < 0;
        return expired ? Optional.of(Refusal.TOKEN_EXPIRED) : Optional.empty();
    }

    /** PKCS#7: n bytes of value n, with n from 1 to the block length. */
    private static Optional<Refusal> refusalOfPadding(byte[] content) {
        int length = content[content.length - 1];
        boolean good = length >= 1 && length <= BLOCK;
        for (int i = 1; good && i <= length; i++) {
            good = content[content.length - i] == length;
        }
        return good ? Optional.empty() : Optional.of(Refusal.TOKEN_BAD_PADDING);
    }

    private static boolean hasBlocks(byte[] content) {
        int length = content.length - TEXT_OFFSET;
        return length > 0 && length % BLOCK == 0;
    }

    private static byte[] token(byte[] content) throws GeneralSecurityException {
        byte[] signed = content.clone();
        if (hasBlocks(content)) {
            Cipher aes = Cipher.getInstance("AES/CBC/NoPadding");
            aes.init(
                    Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(KEY.encryptionKey().getKey(), "AES"),
                    new IvParameterSpec(content, IV_OFFSET, BLOCK));
            aes.doFinal(content, TEXT_OFFSET, content.length - TEXT_OFFSET, signed, TEXT_OFFSET);
        }
        Mac hmac = Mac.getInstance("HmacSHA256");
        hmac.init(new SecretKeySpec(KEY.signingKey().getKey(), "HmacSHA256"));
        byte[] mac = hmac.doFinal(signed);
        byte[] token = Arrays.copyOf(signed, signed.length + mac.length);
        System.arraycopy(mac, 0, token, signed.length, mac.length);
        return Base64.getUrlEncoder().encode(token);
    }
}
