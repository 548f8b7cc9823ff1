package securemqtt.responder.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import securemqtt.protocol.Action;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.NetId;
import securemqtt.protocol.Refusal;
import securemqtt.protocol.RefusedException;

class SharedSessionsTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final NetId NET_ID = new NetId("le0nh4rt");
    private static final DhKeyPair CLIENT = DhKeyPair.generate(DhGroup.lab(), RANDOM);
    private static final byte[] TOKEN = new byte[100];

    private final MapDatabase database = new MapDatabase();
    private final AtomicInteger unreadable = new AtomicInteger();
    private final SharedSessions one = sessions();
    private final SharedSessions other = sessions();

    private SharedSessions sessions() {
        return new SharedSessions(
                database,
                new SessionsSecret(new byte[32]),
                InstantSource.system(),
                RANDOM,
                true,
                unreadable::incrementAndGet);
    }

    @Test
    void whatOneKeepsTheOtherOpens() throws Exception {
        Session kept = one.keep(NET_ID, fresh()).list().get(0);

        Session opened = other.of(NET_ID).list().get(0);

        assertEquals(kept.ownKey(), opened.ownKey());
        assertEquals(CLIENT.publicKey(), opened.clientKey());
        assertEquals(opened.ownKey(), arrival().sessions().list().get(0).ownKey());
    }

    @Test
    void whoIsSecondWithAKeyTakesTheFirstOnesSession() throws Exception {
        Session first = one.keep(NET_ID, fresh()).list().get(0);
        Session second = fresh();

        assertEquals(first.ownKey(), other.keep(NET_ID, second).list().get(0).ownKey());
        assertThrows(RefusedException.class, () -> second.answer(TOKEN, text -> text), "the second is closed");
    }

    @Test
    void aSessionIsWipedAfterTheRequest() throws Exception {
        one.keep(NET_ID, fresh());
        OpenSessions open = other.of(NET_ID);

        open.close();

        RefusedException refused =
                assertThrows(RefusedException.class, () -> open.list().get(0).answer(TOKEN, text -> text));
        assertEquals(Refusal.NO_SESSION, refused.refusal());
    }

    @Test
    void aPlantedSessionIsNotOpenedAndCounted() throws Exception {
        database.add(NET_ID, new SealedSession("0".repeat(64), new byte[1600]));

        assertEquals(List.of(), one.of(NET_ID).list());
        assertEquals(1, unreadable.get());
    }

    @Test
    void aTokenUnderASecondActionIsRefused() throws Exception {
        database.isOtherAction = true;

        assertEquals(Refusal.TOKEN_OTHER_ACTION, refusalOfArrival());
    }

    @Test
    void aDatabaseThatIsAwayRefusesAllThatNeedsIt() throws Exception {
        database.isAway = true;
        Session fresh = fresh();

        assertUnavailable(() -> one.of(NET_ID));
        assertUnavailable(() -> one.keep(NET_ID, fresh));
        assertUnavailable(() -> one.mayHaveSentKey(NET_ID));
        assertEquals(Refusal.SESSIONS_UNAVAILABLE, refusalOfArrival());
        assertFalse(fresh.agreedValues().isPresent(), "the session that is not kept is wiped");
    }

    @Test
    void theTailOfATokenHas16Bytes() throws Exception {
        one.notAuthentic(NET_ID, new byte[] {1, 2, 3});
        assertArrayEquals(new byte[] {1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, database.tail);

        one.notAuthentic(NET_ID, "0123456789abcdefghij".getBytes());
        assertArrayEquals("456789abcdefghij".getBytes(), database.tail);
    }

    private interface Attempt {
        void run() throws RefusedException;
    }

    private static void assertUnavailable(Attempt attempt) {
        assertEquals(
                Refusal.SESSIONS_UNAVAILABLE,
                assertThrows(RefusedException.class, attempt::run).refusal());
    }

    private Refusal refusalOfArrival() {
        ExecutionException failure = assertThrows(ExecutionException.class, this::arrival);
        return assertInstanceOf(RefusedException.class, failure.getCause()).refusal();
    }

    private SessionStore.Arrival arrival() throws ExecutionException, InterruptedException {
        return other.tokenArrived(NET_ID, Action.REVERSE, TOKEN)
                .toCompletableFuture()
                .get();
    }

    private static Session fresh() throws RefusedException {
        return Session.open(
                CLIENT.publicKey(), DhKeyPair.generate(DhGroup.lab(), RANDOM), InstantSource.system(), RANDOM, true);
    }

    /** Keeps the sessions of all NetIDs together, and remembers no token. */
    private static final class MapDatabase implements SessionDatabase {
        private final Map<String, SealedSession> sessions = new LinkedHashMap<>();
        private boolean isAway;
        private boolean isOtherAction;
        private byte[] tail;

        private <T> CompletionStage<T> result(T value) {
            return isAway
                    ? CompletableFuture.failedFuture(new IllegalStateException("made by the test"))
                    : CompletableFuture.completedFuture(value);
        }

        @Override
        public CompletionStage<List<SealedSession>> sessions(NetId netId) {
            return result(List.copyOf(sessions.values()));
        }

        @Override
        public CompletionStage<SealedSession> add(NetId netId, SealedSession session) {
            SealedSession known = sessions.putIfAbsent(session.id(), session);
            return result(known == null ? session : known);
        }

        @Override
        public CompletionStage<Optional<List<SealedSession>>> tokenArrived(NetId netId, byte[] end, Action action) {
            return result(isOtherAction ? Optional.empty() : Optional.of(List.copyOf(sessions.values())));
        }

        @Override
        public void authentic(NetId netId, byte[] end) {}

        @Override
        public void notAuthentic(NetId netId, byte[] end) {
            tail = end;
        }

        @Override
        public void used(NetId netId, String id) {}

        @Override
        public void keyArrived(NetId netId) {}

        @Override
        public CompletionStage<Boolean> mayHaveSentKey(NetId netId) {
            return result(true);
        }

        @Override
        public long count() {
            return sessions.size();
        }
    }
}
