package securemqtt.responder.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
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
    private static final DhKeyPair OURS = DhKeyPair.generate(DhGroup.lab(), RANDOM);
    private static final DhPublicKey CLIENT =
            DhKeyPair.generate(DhGroup.lab(), RANDOM).publicKey();

    private static final Duration IDLE = Duration.ofMinutes(10);

    private long nanos;
    private final Sessions sessions = new Sessions(10, IDLE, () -> nanos);

    @Test
    void keepsTheFirstOfTwoSessionsWithOneKey() throws Exception {
        Session first = open(CLIENT);
        Session second = open(CLIENT);

        sessions.put(NET_ID, first);

        assertSame(first, sessions.put(NET_ID, second));
        assertClosed(second);
        assertEquals(1, sessions.count());
    }

    @Test
    void aNetIdKeepsItsFourLatestSessions() throws Exception {
        List<Session> five = List.of(open(), open(), open(), open(), open());

        five.forEach(session -> sessions.put(NET_ID, session));

        assertEquals(List.of(five.get(4), five.get(3), five.get(2), five.get(1)), sessions.of(NET_ID));
        assertClosed(five.get(0));
    }

    @Test
    void closesAnIdleSession() throws Exception {
        Session unused = open();
        Session used = open();
        sessions.put(NET_ID, unused);
        sessions.put(NET_ID, used);

        nanos += IDLE.toNanos() / 2;
        sessions.find(NET_ID, used.clientKey());
        nanos += IDLE.toNanos() / 2 + 1;

        assertEquals(List.of(used), sessions.of(NET_ID));
        sessions.put(new NetId("another"), open());
        assertClosed(unused);
    }

    @Test
    void closesTheLeastRecentlyUsedSessionsAndNoNewOne() throws Exception {
        Session used = open();
        Session unused = open();
        sessions.put(new NetId("used"), used);
        sessions.put(new NetId("unused"), unused);
        for (int i = 0; i < 30; i++) {
            NetId newcomer = new NetId("n" + i);
            sessions.find(new NetId("used"), used.clientKey());

            sessions.put(newcomer, open());

            assertEquals(1, sessions.of(newcomer).size(), newcomer.value());
        }

        assertEquals(10, sessions.count());
        assertEquals(List.of(used), sessions.of(new NetId("used")));
        assertClosed(unused);
    }

    @Test
    void forgetsNetIdsWithoutSessions() throws Exception {
        for (int i = 0; i < 30; i++) {
            sessions.put(new NetId("n" + i), open());
        }

        assertEquals(10, sessions.netIds());
    }

    private static Session open() throws RefusedException {
        return open(DhKeyPair.generate(DhGroup.lab(), RANDOM).publicKey());
    }

    private static Session open(DhPublicKey key) throws RefusedException {
        return Session.open(key, OURS, InstantSource.system(), RANDOM, false);
    }

    private static void assertClosed(Session session) {
        assertEquals(
                Refusal.NO_SESSION,
                assertThrows(RefusedException.class, () -> session.answer(new byte[0], text -> text))
                        .refusal());
    }
}
