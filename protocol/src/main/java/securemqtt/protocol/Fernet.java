package securemqtt.protocol;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.modes.CBCBlockCipher;
import org.bouncycastle.crypto.paddings.PKCS7Padding;
import org.bouncycastle.crypto.paddings.PaddedBufferedBlockCipher;
import org.bouncycastle.crypto.params.ParametersWithIV;

/**
 * Encrypts texts into Fernet tokens and decrypts them (github.com/fernet/spec). A token is the padded base64url, in
 * ASCII, of:
 *
 * <ul>
 *   <li>the version, one byte: hexadecimal 80
 *   <li>the time in seconds since 1970, 8 bytes, big-endian, unsigned
 *   <li>the IV, 16 bytes
 *   <li>the AES-128-CBC ciphertext with PKCS#7 padding
 *   <li>the HMAC-SHA256 of all bytes before it, 32 bytes
 * </ul>
 *
 * <p>Instances are thread-safe.
 */
public final class Fernet {
    /** How far a token's time may be ahead of our clock. The specification leaves the number to implementations. */
    private static final long MAX_CLOCK_SKEW_SECONDS = 60;

    private static final byte VERSION = (byte) 0x80;
    static final int TIME_OFFSET = 1;
    static final int IV_OFFSET = TIME_OFFSET + Long.BYTES;
    private static final int BLOCK = 16;
    static final int CIPHERTEXT_OFFSET = IV_OFFSET + BLOCK;
    static final int MAC_LENGTH = 32;

    private final SessionKey key;
    private final InstantSource clock;
    private final SecureRandom random;

    public Fernet(SessionKey key, InstantSource clock, SecureRandom random) {
        this.key = Objects.requireNonNull(key);
        this.clock = Objects.requireNonNull(clock);
        this.random = Objects.requireNonNull(random);
    }

    /** Makes a token with the current time and a random IV. The text may be empty. */
    public byte[] encrypt(byte[] plaintext) {
        byte[] iv = new byte[BLOCK];
        random.nextBytes(iv);
        return encrypt(plaintext, now(), iv);
    }

    /**
     * Makes a token with a given time, in seconds since 1970, and a given IV of 16 bytes, for tests with known
     * answers.
     */
    byte[] encrypt(byte[] plaintext, long time, byte[] iv) {
        byte[] ciphertext;
        try {
            ciphertext = aesCbc(true, iv, plaintext, 0, plaintext.length);
        } catch (InvalidCipherTextException e) {
            throw new IllegalStateException("encryption cannot fail", e);
        }
        byte[] token = ByteBuffer.allocate(CIPHERTEXT_OFFSET + ciphertext.length + MAC_LENGTH)
                .put(VERSION)
                .putLong(time)
                .put(iv)
                .put(ciphertext)
                .array();
        byte[] mac = mac(token);
        System.arraycopy(mac, 0, token, token.length - MAC_LENGTH, MAC_LENGTH);
        return Base64.getUrlEncoder().encode(token);
    }

    /**
     * Decrypts a token and ignores its time, because the clocks of lab computers differ.
     *
     * @throws RefusedException if the token was not made with this key, or any bit of it was changed
     */
    public byte[] decrypt(byte[] token) throws RefusedException {
        return open(decode(token));
    }

    /**
     * Decrypts a token and checks its time.
     *
     * @param ttl the greatest age of the token, not negative; counted in whole seconds, as the token's time is
     * @throws RefusedException if the token was not made with this key, any bit of it was changed, it is older than
     *     {@code ttl}, or its time is more than 60 s ahead of our clock
     */
    public byte[] decrypt(byte[] token, Duration ttl) throws RefusedException {
        if (ttl.isNegative()) {
            throw new IllegalArgumentException("a time to live is not negative");
        }
        byte[] decoded = decode(token);
        checkTime(ByteBuffer.wrap(decoded).getLong(TIME_OFFSET), ttl.toSeconds());
        return open(decoded);
    }

    /**
     * Decodes a token and checks its form, then its HMAC. Nothing is decrypted before the HMAC matches, so an
     * attacker learns nothing from the padding.
     */
    private byte[] decode(byte[] token) throws RefusedException {
        byte[] decoded;
        try {
            decoded = Base64.getUrlDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(Refusal.TOKEN_NOT_BASE64URL, e);
        }
        // The decoder accepts missing padding and nonzero trailing bits, which would give one token several
        // spellings.
        if (!Arrays.equals(Base64.getUrlEncoder().encode(decoded), token)) {
            throw new RefusedException(Refusal.TOKEN_NOT_BASE64URL);
        }
        if (decoded.length == 0 || decoded[0] != VERSION) {
            throw new RefusedException(Refusal.TOKEN_OTHER_VERSION);
        }
        int ciphertextLength = decoded.length - CIPHERTEXT_OFFSET - MAC_LENGTH;
        if (ciphertextLength < BLOCK || ciphertextLength % BLOCK != 0) {
            throw new RefusedException(Refusal.TOKEN_BAD_LENGTH);
        }
        byte[] received = Arrays.copyOfRange(decoded, decoded.length - MAC_LENGTH, decoded.length);
        if (!org.bouncycastle.util.Arrays.constantTimeAreEqual(mac(decoded), received)) {
            throw new RefusedException(Refusal.TOKEN_NOT_AUTHENTIC);
        }
        return decoded;
    }

    private void checkTime(long time, long ttl) throws RefusedException {
        long now = now();
        // The time is unsigned: a negative long stands for a time of 2^63 s or later.
        if (time < 0 || time - MAX_CLOCK_SKEW_SECONDS > now) {
            throw new RefusedException(Refusal.TOKEN_FROM_THE_FUTURE);
        }
        if (now - time > ttl) {
            throw new RefusedException(Refusal.TOKEN_EXPIRED);
        }
    }

    private byte[] open(byte[] decoded) throws RefusedException {
        byte[] iv = Arrays.copyOfRange(decoded, IV_OFFSET, CIPHERTEXT_OFFSET);
        try {
            return aesCbc(false, iv, decoded, CIPHERTEXT_OFFSET, decoded.length - CIPHERTEXT_OFFSET - MAC_LENGTH);
        } catch (InvalidCipherTextException e) {
            throw new RefusedException(Refusal.TOKEN_BAD_PADDING, e);
        }
    }

    private byte[] aesCbc(boolean encrypt, byte[] iv, byte[] input, int offset, int length)
            throws InvalidCipherTextException {
        PaddedBufferedBlockCipher cipher =
                new PaddedBufferedBlockCipher(CBCBlockCipher.newInstance(AESEngine.newInstance()), new PKCS7Padding());
        cipher.init(encrypt, new ParametersWithIV(key.encryptionKey(), iv));
        byte[] output = new byte[cipher.getOutputSize(length)];
        int written = cipher.processBytes(input, offset, length, output, 0);
        written += cipher.doFinal(output, written);
        return Arrays.copyOf(output, written);
    }

    /** The HMAC of a token's bytes, without the last 32, which are the place of the HMAC itself. */
    private byte[] mac(byte[] token) {
        return mac(key, token);
    }

    /** The HMAC of a token's bytes under a key. The last 32 bytes are the place of the HMAC itself. */
    static byte[] mac(SessionKey key, byte[] token) {
        HMac hmac = new HMac(new SHA256Digest());
        hmac.init(key.signingKey());
        hmac.update(token, 0, token.length - MAC_LENGTH);
        byte[] mac = new byte[MAC_LENGTH];
        hmac.doFinal(mac, 0);
        return mac;
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }
}
