package securemqtt.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DhKeyPairTest {
    private static final DhGroup GROUP = DhGroup.lab();

    @Test
    void aPrivateValueHas512BitsAndIsEven() {
        BigInteger least = BigInteger.ONE.shiftLeft(511);
        BigInteger most = BigInteger.ONE.shiftLeft(512).subtract(BigInteger.TWO);

        assertEquals(
                GROUP.power(least),
                DhKeyPair.generate(GROUP, filledWith(0x00)).publicKey().y());
        assertEquals(
                GROUP.power(most),
                DhKeyPair.generate(GROUP, filledWith(0xFF)).publicKey().y());
    }

    @Test
    void aPublicValueIsAQuadraticResidue() {
        BigInteger y = DhKeyPair.generate(GROUP, new SecureRandom()).publicKey().y();
        BigInteger q = GROUP.p().shiftRight(1);

        assertEquals(BigInteger.ONE, y.modPow(q, GROUP.p()));
    }

    @Test
    void noTwoKeyPairsAreAlike() {
        SecureRandom random = new SecureRandom();

        assertNotEquals(
                DhKeyPair.generate(GROUP, random).publicKey(),
                DhKeyPair.generate(GROUP, random).publicKey());
    }

    @Test
    void ourOwnKeySentBackIsRefused() throws Exception {
        DhKeyPair pair = DhKeyPair.generate(GROUP, new SecureRandom());
        DhPublicKey echo = DhPublicKey.parse(GROUP, pair.publicKey().toPem());

        RefusedException e = assertThrows(RefusedException.class, () -> pair.agree(echo));

        assertEquals(Refusal.KEY_OURS, e.refusal());
    }

    @Test
    void aSecretThatAnybodyCouldGuessIsRefused() {
        // Cannot happen in the lab's group; here 250 = 2 * 5^3 gives y = 20 the order 5, and x is a multiple of it.
        DhGroup weak = new DhGroup(BigInteger.valueOf(251), BigInteger.valueOf(6));
        DhKeyPair pair = DhKeyPair.ofPrivateValue(weak, BigInteger.TEN);
        DhPublicKey peer = DhPublicKey.of(weak, BigInteger.valueOf(20));

        RefusedException e = assertThrows(RefusedException.class, () -> pair.agree(peer));

        assertEquals(Refusal.KEY_WEAK_SECRET, e.refusal());
    }

    @Test
    void thePrivateValueIsNotShown() {
        DhKeyPair pair = DhKeyPair.ofPrivateValue(GROUP, BigInteger.valueOf(1234567890));

        assertEquals("DhKeyPair[" + pair.publicKey().fingerprint() + "]", pair.toString());
    }

    private static SecureRandom filledWith(int value) {
        return new SecureRandom() {
            private static final long serialVersionUID = 1L;

            @Override
            public void nextBytes(byte[] bytes) {
                Arrays.fill(bytes, (byte) value);
            }
        };
    }
}
