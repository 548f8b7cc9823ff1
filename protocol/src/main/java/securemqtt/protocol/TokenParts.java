package securemqtt.protocol;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What a Fernet token consists of (github.com/fernet/spec), for people. Nothing is checked: the token may have been
 * made with any key.
 *
 * @param version one byte, 0..255; 128 in every valid token
 * @param time in seconds since 1970, unsigned
 * @param iv 16 bytes, in hexadecimal
 * @param ciphertext in hexadecimal
 * @param mac the HMAC, 32 bytes, in hexadecimal
 */
public record TokenParts(int version, long time, String iv, String ciphertext, String mac) {
    /**
     * Takes a token apart.
     *
     * @param token a message as received, of any form
     * @return empty if the message is not base64url, or too short for the parts of a token
     */
    public static Optional<TokenParts> of(byte[] token) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        int mac = bytes.length - Fernet.MAC_LENGTH;
        if (mac < Fernet.CIPHERTEXT_OFFSET) {
            return Optional.empty();
        }
        HexFormat hex = HexFormat.of();
        return Optional.of(new TokenParts(
                Byte.toUnsignedInt(bytes[0]),
                ByteBuffer.wrap(bytes).getLong(Fernet.TIME_OFFSET),
                hex.formatHex(bytes, Fernet.IV_OFFSET, Fernet.CIPHERTEXT_OFFSET),
                hex.formatHex(bytes, Fernet.CIPHERTEXT_OFFSET, mac),
                hex.formatHex(bytes, mac, bytes.length)));
    }
}
