package securemqtt.protocol;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * Shows the values of each step of an exchange, secrets included, as lines for people. Two programs that agree show
 * the same lines, so the first line that differs names the step in which one of them is wrong. Call this only if the
 * user asked for it: with these lines, anybody can decrypt the messages.
 *
 * <p>Every line begins with {@code step: }, except for the private value, which only its owner knows. That line
 * begins with {@code private: }.
 */
public final class ExchangeSteps {
    /** What a program tells its user at its start if it shows these lines. */
    public static final String WARNING =
            "--show-secrets shows private values and keys: anybody who reads this output can decrypt these messages";

    private static final String STEP = "step: ";
    private static final String PRIVATE = "private: ";
    private static final HexFormat HEX = HexFormat.of();
    /** The number of bytes that a long value shows of each end. */
    private static final int SHOWN = 8;

    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static final int DIGITS_PER_GROUP = 4;

    private ExchangeSteps() {}

    /**
     * The lines of a client about its key exchange.
     *
     * @throws RefusedException as {@link DhKeyPair#agree} does
     */
    public static List<String> ofClient(DhKeyPair client, DhPublicKey responder) throws RefusedException {
        return ofKeys("client", client, client.publicKey(), responder, client.agreeOnSecret(responder));
    }

    /**
     * The lines of a responder about a key exchange.
     *
     * @throws RefusedException as {@link DhKeyPair#agree} does
     */
    public static List<String> ofResponder(DhKeyPair responder, DhPublicKey client) throws RefusedException {
        return ofKeys("responder", responder, client, responder.publicKey(), responder.agreeOnSecret(client));
    }

    /** @param secret destroyed at the end */
    private static List<String> ofKeys(
            String owner, DhKeyPair own, DhPublicKey client, DhPublicKey responder, SharedSecret secret) {
        byte[] x = own.privateValue();
        byte[] z = secret.copy();
        byte[] prk = SessionKey.extract(z);
        SessionKey key = secret.deriveSessionKey();
        byte[] signing = taken(key.signingKey());
        byte[] encryption = taken(key.encryptionKey());
        try {
            return List.of(
                    PRIVATE + "the " + owner + "'s private value: " + x.length + " bytes, " + HEX.formatHex(x),
                    STEP + "the client's public value: " + ends(client.value()),
                    STEP + "the responder's public value: " + ends(responder.value()),
                    STEP + "shared secret Z: " + ends(z),
                    STEP + "HKDF's PRK (salt 00): " + HEX.formatHex(prk),
                    STEP + "HKDF's output (info 00): " + HEX.formatHex(signing) + HEX.formatHex(encryption),
                    STEP + "signing key (first half): " + HEX.formatHex(signing),
                    STEP + "encryption key (second half): " + HEX.formatHex(encryption));
        } finally {
            wipe(x, z, prk, signing, encryption);
            key.destroy();
            secret.destroy();
        }
    }

    /**
     * The lines about the token of a request.
     *
     * @param token as sent, in any form
     */
    public static List<String> ofRequest(SessionKey key, byte[] token) {
        return ofToken(key, "request", token);
    }

    /**
     * The lines about the token of a response.
     *
     * @param token as sent, in any form
     */
    public static List<String> ofResponse(SessionKey key, byte[] token) {
        return ofToken(key, "response", token);
    }

    private static List<String> ofToken(SessionKey key, String name, byte[] token) {
        int invalid = firstInvalid(token);
        if (invalid >= 0) {
            return List.of(STEP + name + " token: no token, because " + notBase64Url(token, invalid));
        }
        byte[] bytes = Base64.getUrlDecoder().decode(token);
        if (bytes.length < Fernet.CIPHERTEXT_OFFSET + Fernet.MAC_LENGTH) {
            return List.of(STEP + name + " token: no token, because " + tooShort(bytes.length));
        }
        int signedLength = bytes.length - Fernet.MAC_LENGTH;
        String received = HEX.formatHex(bytes, signedLength, bytes.length);
        String computed = HEX.formatHex(Fernet.mac(key, bytes));
        byte[] signed = Arrays.copyOf(bytes, signedLength);
        List<String> lines = new ArrayList<>();
        lines.add(STEP + name + " token: version " + HEX.toHexDigits(bytes[0])
                + ", time " + Long.toUnsignedString(ByteBuffer.wrap(bytes).getLong(Fernet.TIME_OFFSET))
                + ", IV " + HEX.formatHex(bytes, Fernet.IV_OFFSET, Fernet.CIPHERTEXT_OFFSET)
                + ", ciphertext " + (signedLength - Fernet.CIPHERTEXT_OFFSET) + " bytes"
                + ", HMAC " + received);
        lines.add(STEP + name + " HMAC: over the first " + signedLength
                + " bytes (version, time, IV, ciphertext), SHA-256 of them " + HEX.formatHex(sha256(signed))
                + ", gives " + computed + (computed.equals(received) ? ", as in the token" : ", not as in the token"));
        return lines;
    }

    /**
     * Where a token stops being canonical base64url: the index of the first wrong byte, or the length if the token
     * ends too early; -1 if it is canonical.
     */
    private static int firstInvalid(byte[] token) {
        int digits = 0;
        while (digits < token.length && ALPHABET.indexOf(token[digits]) >= 0) {
            digits++;
        }
        int surplus = digits % DIGITS_PER_GROUP;
        if (surplus == 1) {
            return digits;
        }
        int end = surplus == 0 ? digits : digits - surplus + DIGITS_PER_GROUP;
        for (int i = digits; i < end; i++) {
            if (i == token.length || token[i] != '=') {
                return i;
            }
        }
        if (token.length > end) {
            return end;
        }
        // Two digits have 12 bits for 8, three have 18 for 16. The others must be zero.
        int unused = surplus == 0 ? 0 : surplus == 2 ? 0b1111 : 0b11;
        return digits > 0 && (ALPHABET.indexOf(token[digits - 1]) & unused) != 0 ? digits - 1 : -1;
    }

    private static String notBase64Url(byte[] token, int invalid) {
        if (invalid == token.length) {
            return "its base64url ends too early, after " + token.length + " bytes";
        }
        char c = (char) (token[invalid] & 0xFF);
        return "it stops being base64url at byte " + (invalid + 1) + " of " + token.length + ", hexadecimal "
                + HEX.toHexDigits(token[invalid]) + (c > ' ' && c <= '~' ? " (" + c + ")" : "");
    }

    private static String tooShort(int length) {
        String part = length == 0
                ? "version"
                : length < Fernet.IV_OFFSET ? "time" : length < Fernet.CIPHERTEXT_OFFSET ? "IV" : "HMAC";
        return "its " + length + " bytes end before the end of the " + part
                + " (version 1, time 8, IV 16, ciphertext 16 or more, HMAC 32)";
    }

    /** The length, both ends and the hash of a long value. */
    private static String ends(byte[] value) {
        return value.length + " bytes, first " + SHOWN + " " + HEX.formatHex(value, 0, SHOWN)
                + ", last " + SHOWN + " " + HEX.formatHex(value, value.length - SHOWN, value.length)
                + ", SHA-256 " + HEX.formatHex(sha256(value));
    }

    private static byte[] sha256(byte[] bytes) {
        SHA256Digest sha256 = new SHA256Digest();
        sha256.update(bytes, 0, bytes.length);
        byte[] digest = new byte[sha256.getDigestSize()];
        sha256.doFinal(digest, 0);
        return digest;
    }

    /** A copy of the key, instead of the parameter, which this wipes. */
    private static byte[] taken(KeyParameter parameter) {
        byte[] copy = parameter.getKey().clone();
        Arrays.fill(parameter.getKey(), (byte) 0);
        return copy;
    }

    private static void wipe(byte[]... secrets) {
        for (byte[] secret : secrets) {
            Arrays.fill(secret, (byte) 0);
        }
    }
}
