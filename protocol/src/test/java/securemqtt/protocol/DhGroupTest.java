package securemqtt.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class DhGroupTest {
    @Test
    void thePackedParametersAreTheLabsFile() throws Exception {
        try (InputStream in = DhGroup.class.getResourceAsStream("dhparam4096.pem")) {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(in.readAllBytes());

            assertEquals(
                    "c5792bd1bd7ef90e782eed93dbc43534f3cf2b2ba7879c553edde19332ff2e75",
                    HexFormat.of().formatHex(digest));
        }
    }

    @Test
    void theLabsGroupHasASafePrimeOf4096BitsAndTheGenerator2() {
        DhGroup group = DhGroup.lab();

        assertEquals(4096, group.p().bitLength());
        assertEquals(512, group.byteLength());
        assertEquals(BigInteger.TWO, group.g());
        assertTrue(group.p().isProbablePrime(64));
        assertTrue(group.p().shiftRight(1).isProbablePrime(64));
    }

    @Test
    void invalidGroupParametersAreRefused() {
        BigInteger p = BigInteger.valueOf(227);
        assertThrows(IllegalArgumentException.class, () -> new DhGroup(p.negate(), BigInteger.TWO));
        assertThrows(IllegalArgumentException.class, () -> new DhGroup(BigInteger.valueOf(226), BigInteger.TWO));
        assertThrows(IllegalArgumentException.class, () -> new DhGroup(BigInteger.valueOf(23), BigInteger.TWO));
        assertThrows(IllegalArgumentException.class, () -> new DhGroup(p, BigInteger.ONE));
        assertThrows(IllegalArgumentException.class, () -> new DhGroup(p, BigInteger.valueOf(226)));
    }
}
