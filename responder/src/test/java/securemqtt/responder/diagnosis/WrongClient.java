package securemqtt.responder.diagnosis;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Makes tokens as clients do, with one step or several replaced. By the JDK's own means, so that it shares no code with the search. */
final class WrongClient {
    static final byte[] IV = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f");
    static final long TIME = 1_700_000_000;
    static final String TEXT = "Networking is the best!";

    byte[] text = TEXT.getBytes(StandardCharsets.UTF_8);

    /** The secret as bytes. */
    Function<AgreedValues, byte[]> secret = AgreedValues::secret;

    Function<byte[], byte[]> derivation = z -> hkdf("HmacSHA256", z, new byte[1], new byte[1]);
    Function<byte[], byte[]> signingKey = key -> Arrays.copyOfRange(key, 0, 16);
    Function<byte[], byte[]> encryptionKey = key -> Arrays.copyOfRange(key, 16, 32);
    /** Of version, time, IV and ciphertext the bytes that the HMAC covers. */
    UnaryOperator<byte[]> covered = UnaryOperator.identity();

    String cipher = "AES/CBC/PKCS5Padding";
    boolean zeroPadding;
    boolean hasMac = true;
    Function<byte[], byte[]> form = Base64.getUrlEncoder()::encode;

    byte[] token(AgreedValues agreed) {
        try {
            byte[] key = derivation.apply(secret.apply(agreed));
            Cipher aes = Cipher.getInstance(cipher);
            SecretKeySpec aesKey = new SecretKeySpec(encryptionKey.apply(key), "AES");
            if (cipher.contains("ECB")) {
                aes.init(Cipher.ENCRYPT_MODE, aesKey);
            } else {
                aes.init(Cipher.ENCRYPT_MODE, aesKey, new IvParameterSpec(IV));
            }
            byte[] ciphertext = aes.doFinal(zeroPadding ? Arrays.copyOf(text, (text.length / 16 + 1) * 16) : text);
            byte[] signed = ByteBuffer.allocate(25 + ciphertext.length)
                    .put((byte) 0x80)
                    .putLong(TIME)
                    .put(IV)
                    .put(ciphertext)
                    .array();
            byte[] mac = hasMac ? hmac("HmacSHA256", signingKey.apply(key), covered.apply(signed)) : new byte[0];
            return form.apply(concat(signed, mac));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** RFC 5869, 32 bytes. */
    static byte[] hkdf(String algorithm, byte[] secret, byte[] salt, byte[] info) {
        byte[] prk = hmac(algorithm, salt, secret);
        return expand(algorithm, prk, info);
    }

    static byte[] expand(String algorithm, byte[] prk, byte[] info) {
        byte[] block = hmac(algorithm, prk, concat(info, new byte[] {1}));
        byte[] more = hmac(algorithm, prk, concat(block, concat(info, new byte[] {2})));
        return Arrays.copyOf(concat(block, more), 32);
    }

    static byte[] hmac(String algorithm, byte[] key, byte[] message) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key, algorithm));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] digest(String algorithm, byte[] bytes) {
        try {
            return MessageDigest.getInstance(algorithm).digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static BigInteger number(byte[] bytes) {
        return new BigInteger(1, bytes);
    }

    private static byte[] stripped(byte[] bytes) {
        byte[] minimal = number(bytes).toByteArray();
        return minimal[0] == 0 ? Arrays.copyOfRange(minimal, 1, minimal.length) : minimal;
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return reversed;
    }

    private interface Change {
        void in(WrongClient client);
    }

    private static Change secret(Function<byte[], byte[]> encoding) {
        return client -> client.secret = agreed -> encoding.apply(agreed.secret());
    }

    private static Change hkdfWith(byte[] salt, byte[] info) {
        return client -> client.derivation = z -> hkdf("HmacSHA256", z, salt, info);
    }

    private static Change derived(Function<byte[], byte[]> derivation) {
        return client -> client.derivation = derivation;
    }

    private static Change written(Function<byte[], byte[]> form) {
        return client -> client.form = form;
    }

    private static Change keys(int signFrom, int signTo, int encryptFrom, int encryptTo) {
        return client -> {
            client.signingKey = key -> Arrays.copyOfRange(key, signFrom, signTo);
            client.encryptionKey = key -> Arrays.copyOfRange(key, encryptFrom, encryptTo);
        };
    }

    private static Change covering(UnaryOperator<byte[]> covered) {
        return client -> client.covered = covered;
    }

    private static byte[] base64url(byte[] token) {
        return Base64.getUrlEncoder().encode(token);
    }

    /** What a client that makes the mistake does. */
    private static final Map<Mistake, Change> CHANGES = Map.ofEntries(
            Map.entry(Mistake.SECRET_LEADING_ZEROS_DROPPED, secret(WrongClient::stripped)),
            Map.entry(Mistake.SECRET_SIGN_BYTE, secret(z -> concat(new byte[1], z))),
            Map.entry(Mistake.SECRET_LITTLE_ENDIAN, secret(WrongClient::reversed)),
            Map.entry(Mistake.SECRET_DECIMAL_TEXT, secret(z -> ascii(number(z).toString()))),
            Map.entry(Mistake.SECRET_HEX_TEXT, secret(z -> ascii(HexFormat.of().formatHex(z)))),
            Map.entry(Mistake.SECRET_BASE64_TEXT, secret(Base64.getEncoder()::encode)),
            Map.entry(Mistake.SECRET_SHA256, secret(z -> digest("SHA-256", z))),
            Map.entry(Mistake.SECRET_OWN_PUBLIC_VALUE, client -> client.secret = AgreedValues::client),
            Map.entry(Mistake.SECRET_PEER_PUBLIC_VALUE, client -> client.secret = AgreedValues::responder),
            Map.entry(Mistake.KDF_INFO_EMPTY, hkdfWith(new byte[1], new byte[0])),
            Map.entry(Mistake.KDF_INFO_TEXT, hkdfWith(new byte[1], ascii("0x00"))),
            Map.entry(Mistake.KDF_INFO_DIGIT, hkdfWith(new byte[1], ascii("0"))),
            Map.entry(Mistake.KDF_SALT_TEXT, hkdfWith(ascii("0x00"), new byte[1])),
            Map.entry(Mistake.KDF_SALT_DIGIT, hkdfWith(ascii("0"), new byte[1])),
            Map.entry(Mistake.KDF_SALT_AND_INFO_TEXT, hkdfWith(ascii("0x00"), ascii("0x00"))),
            Map.entry(Mistake.KDF_SALT_AND_INFO_DIGIT, hkdfWith(ascii("0"), ascii("0"))),
            Map.entry(Mistake.KDF_SALT_AND_INFO_ESCAPE, hkdfWith(ascii("\\x00"), ascii("\\x00"))),
            Map.entry(Mistake.KDF_INFO_EXAMPLE, hkdfWith(new byte[32], ascii("handshake data"))),
            Map.entry(Mistake.KDF_SHA512, derived(z -> hkdf("HmacSHA512", z, new byte[1], new byte[1]))),
            Map.entry(Mistake.KDF_SHA384, derived(z -> hkdf("HmacSHA384", z, new byte[1], new byte[1]))),
            Map.entry(Mistake.KDF_SHA1, derived(z -> hkdf("HmacSHA1", z, new byte[1], new byte[1]))),
            Map.entry(Mistake.KDF_EXTRACT_ONLY, derived(z -> hmac("HmacSHA256", new byte[1], z))),
            Map.entry(Mistake.KDF_EXPAND_ONLY, derived(z -> expand("HmacSHA256", z, new byte[1]))),
            Map.entry(Mistake.KDF_PLAIN_SHA256, derived(z -> digest("SHA-256", z))),
            Map.entry(Mistake.KDF_PLAIN_SHA512, derived(z -> Arrays.copyOf(digest("SHA-512", z), 32))),
            Map.entry(
                    Mistake.KDF_PLAIN_SHA256_HEX,
                    derived(z -> Arrays.copyOf(ascii(HexFormat.of().formatHex(digest("SHA-256", z))), 32))),
            Map.entry(Mistake.KDF_PLAIN_SHA3_256, derived(z -> digest("SHA3-256", z))),
            Map.entry(Mistake.KDF_CONCAT, derived(z -> digest("SHA-256", concat(new byte[] {0, 0, 0, 1}, z)))),
            Map.entry(Mistake.KDF_X963, derived(z -> digest("SHA-256", concat(z, new byte[] {0, 0, 0, 1})))),
            Map.entry(Mistake.KDF_NONE_FIRST_BYTES, derived(z -> Arrays.copyOf(z, 32))),
            Map.entry(Mistake.KDF_NONE_LAST_BYTES, derived(z -> Arrays.copyOfRange(z, z.length - 32, z.length))),
            Map.entry(
                    Mistake.KDF_HEX_TEXT,
                    derived(z -> Arrays.copyOf(
                            ascii(HexFormat.of().formatHex(hkdf("HmacSHA256", z, new byte[1], new byte[1]))), 32))),
            Map.entry(
                    Mistake.KDF_BASE64_TEXT,
                    derived(z -> Arrays.copyOf(base64url(hkdf("HmacSHA256", z, new byte[1], new byte[1])), 32))),
            Map.entry(Mistake.SPLIT_HALVES_SWAPPED, keys(16, 32, 0, 16)),
            Map.entry(Mistake.SPLIT_FIRST_HALF_TWICE, keys(0, 16, 0, 16)),
            Map.entry(Mistake.SPLIT_SECOND_HALF_TWICE, keys(16, 32, 16, 32)),
            Map.entry(Mistake.SPLIT_WHOLE_KEY_SIGNS, keys(0, 32, 16, 32)),
            Map.entry(Mistake.SPLIT_WHOLE_KEY_TWICE, keys(0, 32, 0, 32)),
            Map.entry(Mistake.SPLIT_ENCRYPTS_WITH_FIRST_HALF, keys(0, 32, 0, 16)),
            Map.entry(Mistake.TOKEN_STANDARD_BASE64, written(Base64.getEncoder()::encode)),
            Map.entry(
                    Mistake.TOKEN_WITHOUT_PADDING,
                    written(Base64.getUrlEncoder().withoutPadding()::encode)),
            Map.entry(Mistake.TOKEN_NEWLINE, written(token -> concat(base64url(token), ascii("\n")))),
            Map.entry(
                    Mistake.TOKEN_BYTES_LITERAL,
                    written(token -> concat(ascii("b'"), concat(base64url(token), ascii("'"))))),
            Map.entry(
                    Mistake.TOKEN_JSON_STRING,
                    written(token -> concat(ascii("\""), concat(base64url(token), ascii("\""))))),
            Map.entry(Mistake.TOKEN_RAW_BYTES, written(Function.identity())),
            Map.entry(Mistake.TOKEN_HEX, written(token -> ascii(HexFormat.of().formatHex(token)))),
            Map.entry(Mistake.TOKEN_TWICE_BASE64, written(token -> base64url(base64url(token)))),
            Map.entry(Mistake.TOKEN_PLAIN_TEXT, written(token -> ascii(TEXT))),
            Map.entry(Mistake.TOKEN_WITHOUT_MAC, client -> client.hasMac = false),
            Map.entry(
                    Mistake.TOKEN_MAC_OVER_CIPHERTEXT,
                    covering(signed -> Arrays.copyOfRange(signed, 25, signed.length))),
            Map.entry(
                    Mistake.TOKEN_MAC_OVER_IV_AND_CIPHERTEXT,
                    covering(signed -> Arrays.copyOfRange(signed, 9, signed.length))),
            Map.entry(
                    Mistake.TOKEN_MAC_WITHOUT_VERSION,
                    covering(signed -> Arrays.copyOfRange(signed, 1, signed.length))),
            Map.entry(
                    Mistake.TOKEN_MAC_WITHOUT_TIME,
                    covering(signed -> concat(Arrays.copyOf(signed, 1), Arrays.copyOfRange(signed, 9, signed.length)))),
            Map.entry(Mistake.TOKEN_MAC_OVER_BASE64, covering(WrongClient::base64url)),
            Map.entry(Mistake.TOKEN_AES_256, keys(0, 16, 0, 32)),
            Map.entry(Mistake.TOKEN_ECB, client -> client.cipher = "AES/ECB/PKCS5Padding"),
            Map.entry(Mistake.TOKEN_CTR, client -> client.cipher = "AES/CTR/NoPadding"),
            Map.entry(Mistake.TOKEN_ZERO_PADDING, client -> {
                client.cipher = "AES/CBC/NoPadding";
                client.zeroPadding = true;
            }));

    /** The mistakes in making a token that this can make. */
    static java.util.Set<Mistake> mistakes() {
        return new java.util.TreeSet<>(CHANGES.keySet());
    }

    /** A client that makes these mistakes. */
    static WrongClient making(Mistake... mistakes) {
        WrongClient client = new WrongClient();
        for (Mistake mistake : mistakes) {
            CHANGES.get(mistake).in(client);
        }
        return client;
    }
}
