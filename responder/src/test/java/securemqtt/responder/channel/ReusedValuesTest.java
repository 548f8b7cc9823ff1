package securemqtt.responder.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import securemqtt.protocol.Action;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.NetId;
import securemqtt.responder.diagnosis.Mistake;

class ReusedValuesTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final DhPublicKey KEY = key();
    private static final DhPublicKey OTHER_KEY = key();
    private static final NetId NETID = new NetId("a");

    private long nanos;
    private final ReusedValues values = new ReusedValues(() -> nanos);

    @Test
    void aKeyOfAnEarlierExchangeIsNamedAtItsSecondRequest() {
        values.keyExchanged(NETID, KEY);
        assertEquals(List.of(), request(KEY));

        values.keyExchanged(NETID, KEY);

        assertEquals(List.of(Mistake.KEY_REUSED), request(KEY, Action.SHUFFLE));
    }

    /** The first answer may not have arrived. */
    @Test
    void aClientThatTriesTheSameRequestAgainMakesNoMistake() {
        values.keyExchanged(NETID, KEY);
        request(KEY);
        values.keyExchanged(NETID, KEY);

        assertEquals(List.of(), request(KEY));
    }

    @Test
    void aClientThatBeginsAgainAfterALossMakesNoMistake() {
        values.keyExchanged(NETID, KEY);
        request(KEY);

        values.connectionLost();

        values.keyExchanged(NETID, KEY);
        assertEquals(List.of(), request(KEY, Action.SHUFFLE));
    }

    @Test
    void anotherKeyMayBeUsedBetween() {
        values.keyExchanged(NETID, KEY);
        request(KEY);
        values.keyExchanged(NETID, OTHER_KEY);
        assertEquals(List.of(), request(OTHER_KEY));

        values.keyExchanged(NETID, KEY);

        assertEquals(List.of(Mistake.KEY_REUSED), request(KEY, Action.SHUFFLE));
    }

    @Test
    void aKeyMessageThatArrivesTwiceIsNoReuse() {
        values.keyExchanged(NETID, KEY);
        values.keyExchanged(NETID, KEY);
        assertEquals(List.of(), request(KEY));
        // As a client sends it again that still waits for its answer.
        values.keyExchanged(NETID, KEY);
    }

    @Test
    void manyRequestsUnderOneKeyAreNoReuse() {
        values.keyExchanged(NETID, KEY);

        for (int i = 0; i < 10; i++) {
            assertEquals(List.of(), request(KEY));
        }
    }

    @Test
    void theKeyOfAnotherNetIdIsNoReuse() {
        values.keyExchanged(NETID, KEY);
        request(KEY);

        values.keyExchanged(new NetId("b"), KEY);

        assertEquals(List.of(), values.requestAnswered(new NetId("b"), KEY, Action.REVERSE, token(random(16))));
    }

    @Test
    void twoTokensWithOneIvAreNamed() {
        byte[] iv = random(16);
        assertEquals(List.of(), values.requestAnswered(NETID, KEY, Action.REVERSE, token(iv)));
        assertEquals(List.of(), request(KEY));

        assertEquals(
                List.of(Mistake.TOKEN_IV_REUSED), values.requestAnswered(NETID, OTHER_KEY, Action.REVERSE, token(iv)));
    }

    @Test
    void oneTokenTwiceIsNoReuse() {
        byte[] token = token(random(16));
        values.requestAnswered(NETID, KEY, Action.REVERSE, token);

        assertEquals(List.of(), values.requestAnswered(NETID, KEY, Action.REVERSE, token));
    }

    @Test
    void anHourLaterAllIsForgotten() {
        values.keyExchanged(NETID, KEY);
        request(KEY);

        nanos += Duration.ofHours(1).toNanos();

        values.keyExchanged(NETID, KEY);
        assertEquals(List.of(), request(KEY, Action.SHUFFLE));
    }

    private List<Mistake> request(DhPublicKey key) {
        return request(key, Action.REVERSE);
    }

    private List<Mistake> request(DhPublicKey key, Action action) {
        return values.requestAnswered(NETID, key, action, token(random(16)));
    }

    /** Version, time, IV, ciphertext and HMAC, which nobody checks here. */
    private static byte[] token(byte[] iv) {
        byte[] token = random(73);
        System.arraycopy(iv, 0, token, 9, iv.length);
        return Base64.getUrlEncoder().encode(token);
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    private static DhPublicKey key() {
        return DhKeyPair.generate(DhGroup.lab(), RANDOM).publicKey();
    }
}
