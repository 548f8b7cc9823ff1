package securemqtt.responder.diagnosis;

import static securemqtt.responder.diagnosis.Step.right;
import static securemqtt.responder.diagnosis.Step.wrong;
import static securemqtt.responder.diagnosis.TokenForms.part;

import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.util.Arrays;

/** The bytes that clients compute a token's HMAC over, given all of the token before the HMAC; the right ones first. */
final class Macs {
    static final int LENGTH = 32;

    private static final int TIME = 1;
    private static final int IV = 9;
    private static final int CIPHERTEXT = 25;

    static final List<Step<Function<byte[], byte[]>>> COVERED = List.of(
            right(signed -> signed),
            wrong(Mistake.TOKEN_MAC_OVER_CIPHERTEXT, signed -> part(signed, CIPHERTEXT, signed.length)),
            wrong(Mistake.TOKEN_MAC_OVER_IV_AND_CIPHERTEXT, signed -> part(signed, IV, signed.length)),
            wrong(Mistake.TOKEN_MAC_WITHOUT_VERSION, signed -> part(signed, TIME, signed.length)),
            wrong(
                    Mistake.TOKEN_MAC_WITHOUT_TIME,
                    signed -> Arrays.concatenate(part(signed, 0, TIME), part(signed, IV, signed.length))),
            wrong(Mistake.TOKEN_MAC_OVER_BASE64, signed -> Base64.getUrlEncoder()
                    .encode(signed)));

    private Macs() {}

    /** HMAC-SHA256 (RFC 2104). */
    static byte[] hmac(byte[] key, byte[] message) {
        HMac hmac = new HMac(new SHA256Digest());
        hmac.init(new KeyParameter(key));
        hmac.update(message, 0, message.length);
        byte[] mac = new byte[LENGTH];
        hmac.doFinal(mac, 0);
        return mac;
    }
}
