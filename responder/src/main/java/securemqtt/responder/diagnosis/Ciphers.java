package securemqtt.responder.diagnosis;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.crypto.BlockCipher;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.modes.CBCBlockCipher;
import org.bouncycastle.crypto.modes.SICBlockCipher;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;

/**
 * Finds out how a ciphertext was encrypted, by which decryption gives a text. That is weaker evidence than an HMAC: if two ways
 * give a text, none is named.
 */
final class Ciphers {
    private static final int BLOCK = 16;

    private enum Mode {
        CBC,
        CBC_ZERO_PADDING,
        ECB,
        CTR
    }

    /**
     * A way to encrypt.
     *
     * @param part of the session key that encrypts
     * @param mistake in the mode; empty for AES-CBC with PKCS#7 padding
     */
    record Way(KeyPart part, Optional<Mistake> mistake) {}

    private Ciphers() {}

    /** The only way in which this ciphertext becomes a text; empty if there is none, or several. */
    static Optional<Way> find(byte[] sessionKey, byte[] iv, byte[] ciphertext) {
        List<Way> ways = Stream.of(KeyPart.SECOND_HALF, KeyPart.FIRST_HALF, KeyPart.WHOLE)
                .flatMap(part -> Stream.of(Mode.values())
                        .filter(mode -> isText(decrypt(mode, part.of(sessionKey), iv, ciphertext), mode))
                        .map(mode -> new Way(part, mistake(mode))))
                .toList();
        return ways.size() == 1 ? Optional.of(ways.get(0)) : Optional.empty();
    }

    private static Optional<Mistake> mistake(Mode mode) {
        return switch (mode) {
            case CBC -> Optional.empty();
            case CBC_ZERO_PADDING -> Optional.of(Mistake.TOKEN_ZERO_PADDING);
            case ECB -> Optional.of(Mistake.TOKEN_ECB);
            case CTR -> Optional.of(Mistake.TOKEN_CTR);
        };
    }

    /** The plaintext of AES-CBC with PKCS#7 padding; empty if the padding is wrong. */
    static Optional<byte[]> decryptCbc(byte[] key, byte[] iv, byte[] ciphertext) {
        byte[] padded = decrypt(Mode.CBC, key, iv, ciphertext);
        int length = padded.length - (padded.length == 0 ? 0 : padded[padded.length - 1] & 0xFF);
        boolean right = padded.length > 0 && isPadded(padded, length);
        return right ? Optional.of(Arrays.copyOf(padded, length)) : Optional.empty();
    }

    /** Whether PKCS#7 padding begins at {@code length}. */
    private static boolean isPadded(byte[] padded, int length) {
        return length < padded.length
                && length >= padded.length - BLOCK
                && consistsOf(padded, length, padded[padded.length - 1]);
    }

    private static byte[] decrypt(Mode mode, byte[] key, byte[] iv, byte[] ciphertext) {
        if (mode == Mode.CTR) {
            SICBlockCipher ctr = (SICBlockCipher) SICBlockCipher.newInstance(AESEngine.newInstance());
            ctr.init(true, new ParametersWithIV(new KeyParameter(key), iv));
            byte[] plaintext = new byte[ciphertext.length];
            ctr.processBytes(ciphertext, 0, ciphertext.length, plaintext, 0);
            return plaintext;
        }
        if (ciphertext.length % BLOCK != 0) {
            return new byte[0];
        }
        BlockCipher cipher =
                mode == Mode.ECB ? AESEngine.newInstance() : CBCBlockCipher.newInstance(AESEngine.newInstance());
        cipher.init(false, mode == Mode.ECB ? new KeyParameter(key) : new ParametersWithIV(new KeyParameter(key), iv));
        byte[] plaintext = new byte[ciphertext.length];
        for (int offset = 0; offset < ciphertext.length; offset += BLOCK) {
            cipher.processBlock(ciphertext, offset, plaintext, offset);
        }
        return plaintext;
    }

    private static boolean isText(byte[] padded, Mode mode) {
        if (padded.length == 0) {
            return false;
        }
        return switch (mode) {
            case CBC, ECB -> {
                int length = padded.length - (padded[padded.length - 1] & 0xFF);
                yield isPadded(padded, length) && isUtf8(padded, length);
            }
            case CBC_ZERO_PADDING -> {
                int length = padded.length;
                while (length > 0 && padded[length - 1] == 0) {
                    length--;
                }
                yield length < padded.length && padded.length - length <= BLOCK && isUtf8(padded, length);
            }
            case CTR -> isUtf8(padded, padded.length);
        };
    }

    private static boolean consistsOf(byte[] bytes, int from, byte value) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] != value) {
                return false;
            }
        }
        return true;
    }

    /** UTF-8 without control characters but those of white space. */
    static boolean isUtf8(byte[] bytes, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Arrays.copyOf(bytes, Math.max(0, length))))
                    .chars()
                    .noneMatch(c -> Character.isISOControl(c) && !Character.isWhitespace(c));
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
