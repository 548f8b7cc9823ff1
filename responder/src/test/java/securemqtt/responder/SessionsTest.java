package securemqtt.responder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.NetId;
import securemqtt.protocol.Refusal;
import securemqtt.protocol.RefusedException;

class SessionsTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final NetId NET_ID = new NetId("le0nh4rt");
    private static final DhPublicKey CLIENT =
            DhKeyPair.generate(DhGroup.lab(), RANDOM).publicKey();
    private static final DhPublicKey OTHER_CLIENT =
            DhKeyPair.generate(DhGroup.lab(), RANDOM).publicKey();

    private final Sessions sessions = new Sessions(10, Duration.ofMinutes(10));

    @Test
    void ofTwoSessionsWithOneKeyTheFirstStaysAndTheSecondIsClosed() throws Exception {
        Session first = open(CLIENT);
        Session second = open(CLIENT);

        sessions.put(NET_ID, CLIENT, first);

        assertSame(first, sessions.put(NET_ID, CLIENT, second));
        assertClosed(second);
    }

    @Test
    void aSessionWithAnotherKeyTakesThePlaceOfTheFirstWhichIsClosed() throws Exception {
        Session first = open(CLIENT);
        Session second = open(OTHER_CLIENT);
        sessions.put(NET_ID, CLIENT, first);

        assertSame(second, sessions.put(NET_ID, OTHER_CLIENT, second));
        assertEquals(Optional.of(second), sessions.find(NET_ID));
        assertClosed(first);
    }

    @Test
    void noMoreSessionsAreKeptThanAllowed() throws Exception {
        Session session = open(CLIENT);
        for (int i = 0; i < 100; i++) {
            sessions.put(new NetId("n" + i), CLIENT, session);
        }

        long kept = IntStream.range(0, 100)
                .filter(i -> sessions.find(new NetId("n" + i)).isPresent())
                .count();

        assertTrue(kept <= 10, kept + " sessions");
    }

    private static Session open(DhPublicKey key) throws RefusedException {
        return Session.open(key, InstantSource.system(), RANDOM);
    }

    private static void assertClosed(Session session) {
        assertEquals(
                Refusal.NO_SESSION,
                assertThrows(RefusedException.class, () -> session.answer(new byte[0], text -> text))
                        .refusal());
    }
}
