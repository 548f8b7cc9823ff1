package securemqtt.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;

/**
 * The fuzzer makes the DER inside the PEM block, because base64 would keep it from reaching most of the DER parser.
 */
class PublicKeyDerFuzzTest {
    private static final Set<Refusal> PEM_REFUSALS = EnumSet.of(
            Refusal.KEY_NOT_PEM, Refusal.KEY_OTHER_LABEL, Refusal.KEY_WITHOUT_END, Refusal.KEY_BROKEN_BASE64);

    @FuzzTest(maxDuration = "")
    void anyDerIsAGoodKeyOrRefused(byte[] der) throws Exception {
        checkKeyOrRefusal(der);
    }

    static void checkKeyOrRefusal(byte[] der) throws Exception {
        String pem = "-----BEGIN PUBLIC KEY-----\n" + Base64.getEncoder().encodeToString(der)
                + "\n-----END PUBLIC KEY-----\n";
        for (DhGroup group : AcceptedKey.GROUPS) {
            checkKeyOrRefusal(group, der, pem.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static void checkKeyOrRefusal(DhGroup group, byte[] der, byte[] pem) throws Exception {
        DhPublicKey key;
        try {
            key = DhPublicKey.parse(group, pem);
        } catch (RefusedException e) {
            assertFalse(PEM_REFUSALS.contains(e.refusal()), e.refusal().code());
            assertFalse(AcceptedKey.isReadByBouncyCastle(group, der) && e.refusal() != Refusal.KEY_TOO_LONG);
            return;
        }
        assertArrayEquals(der, AcceptedKey.der(key));
        AcceptedKey.check(group, key);
    }
}
