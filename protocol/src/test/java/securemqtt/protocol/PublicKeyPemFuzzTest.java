package securemqtt.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The fuzzer makes the whole message. */
class PublicKeyPemFuzzTest {
    private static final int MAX_LENGTH = DhPublicKey.MAX_PEM_LENGTH;

    @FuzzTest(maxDuration = "")
    void anyMessageIsAGoodKeyOrRefused(byte[] message) throws Exception {
        for (DhGroup group : AcceptedKey.GROUPS) {
            checkKeyOrRefusal(group, message);
        }
    }

    private static void checkKeyOrRefusal(DhGroup group, byte[] message) throws Exception {
        DhPublicKey key;
        try {
            key = DhPublicKey.parse(group, message);
        } catch (RefusedException e) {
            assertEquals(message.length > MAX_LENGTH, e.refusal() == Refusal.KEY_TOO_LONG);
            return;
        }
        assertTrue(message.length <= MAX_LENGTH);
        AcceptedKey.check(group, key);

        // Only the canonical base64 of the DER is accepted.
        String text = new String(message, StandardCharsets.ISO_8859_1);
        String base64 = Base64.getEncoder().encodeToString(AcceptedKey.der(key));
        assertTrue(text.replaceAll("[ \t\r\n]", "").contains("PUBLICKEY-----" + base64 + "-----ENDPUBLICKEY"));

        // The parser ignores text around the first block, and white space inside it.
        assertStillRead(group, key, "a line before\n" + text);
        assertStillRead(group, key, text + "-----BEGIN PUBLIC KEY-----");
        assertStillRead(group, key, text.replace("\n", "\r\n"));
    }

    private static void assertStillRead(DhGroup group, DhPublicKey key, String text) throws RefusedException {
        if (text.length() <= MAX_LENGTH) {
            DhPublicKey other = DhPublicKey.parse(group, text.getBytes(StandardCharsets.ISO_8859_1));
            assertEquals(key.fingerprint(), other.fingerprint());
        }
    }
}
