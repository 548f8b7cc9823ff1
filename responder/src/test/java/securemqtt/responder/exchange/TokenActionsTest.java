package securemqtt.responder.exchange;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import securemqtt.protocol.Action;
import securemqtt.protocol.NetId;
import securemqtt.protocol.Refusal;
import securemqtt.protocol.RefusedException;

class TokenActionsTest {
    private static final NetId NET_ID = new NetId("le0nh4rt");
    private static final NetId OTHER = new NetId("other");
    private static final int MAX_PER_NETID = 50;
    private static final int MOST = 100;

    private final Set<NetId> withSession = new HashSet<>(List.of(NET_ID, OTHER));
    private final List<NetId> closed = new ArrayList<>();
    private final TokenActions actions = new TokenActions(MAX_PER_NETID, MOST, withSession::contains, this::close);

    private void close(NetId netId) {
        closed.add(netId);
        withSession.remove(netId);
        actions.forget(netId);
    }

    @Test
    void refusesATokenUnderASecondAction() throws Exception {
        actions.recordArrival(NET_ID, Action.UPPERCASE, token("x"));

        assertRefused(NET_ID, Action.LOWERCASE, token("x"));
        assertDoesNotThrow(() -> actions.recordArrival(NET_ID, Action.UPPERCASE, token("x")));
        assertDoesNotThrow(() -> actions.recordArrival(NET_ID, Action.LOWERCASE, token("y")));
    }

    @Test
    void refusesAnAnsweredTokenUnderASecondAction() throws Exception {
        actions.recordArrival(NET_ID, Action.UPPERCASE, token("x"));
        actions.authentic(NET_ID, token("x"));

        assertRefused(NET_ID, Action.LOWERCASE, token("x"));
        assertEquals(0, actions.unread());
    }

    @Test
    void remembersAnUnreadTokenHoweverManyAreRead() throws Exception {
        actions.recordArrival(NET_ID, Action.UPPERCASE, token("refused unread!"));
        for (int i = 0; i < 10 * MOST; i++) {
            actions.recordArrival(NET_ID, Action.UPPERCASE, token("invalid " + i));
            actions.notAuthentic(NET_ID, token("invalid " + i));
            actions.recordArrival(NET_ID, Action.UPPERCASE, token("answered " + i));
            actions.authentic(NET_ID, token("answered " + i));
        }

        assertRefused(NET_ID, Action.LOWERCASE, token("refused unread!"));
        assertEquals(List.of(), closed);
    }

    @Test
    void keepsATokenWhenAnInvalidOneHasTheSameTail() throws Exception {
        actions.recordArrival(NET_ID, Action.UPPERCASE, token("refused unread!"));
        byte[] invalid = ("invalid" + new String(token("refused unread!"), StandardCharsets.US_ASCII))
                .getBytes(StandardCharsets.US_ASCII);
        actions.recordArrival(NET_ID, Action.UPPERCASE, invalid);
        actions.notAuthentic(NET_ID, invalid);

        assertRefused(NET_ID, Action.LOWERCASE, token("refused unread!"));
    }

    @Test
    void closesTheSessionsOfANetIdWithTooManyUnreadTokens() throws Exception {
        for (int i = 0; i < MAX_PER_NETID; i++) {
            actions.recordArrival(NET_ID, Action.UPPERCASE, token("invalid " + i));
        }
        assertEquals(List.of(), closed);

        actions.recordArrival(NET_ID, Action.UPPERCASE, token("one more"));

        assertEquals(List.of(NET_ID), closed);
        assertEquals(0, actions.unread());
    }

    @Test
    void closesTheSessionsOfTheNetIdWithMostUnreadTokens() throws Exception {
        List<NetId> netIds = new ArrayList<>();
        for (int i = 0; i < MOST - 30; i++) {
            netIds.add(new NetId("netid" + i));
        }
        withSession.addAll(netIds);
        for (int i = 0; i < 30; i++) {
            actions.recordArrival(OTHER, Action.UPPERCASE, token("invalid " + i));
        }
        for (NetId netId : netIds) {
            actions.recordArrival(netId, Action.UPPERCASE, token("x"));
        }
        assertEquals(List.of(), closed);

        actions.recordArrival(NET_ID, Action.UPPERCASE, token("x"));

        assertEquals(List.of(OTHER), closed);
        assertEquals(MOST - 30 + 1, actions.unread());
        assertRefused(NET_ID, Action.LOWERCASE, token("x"));
    }

    @Test
    void remembersNothingWithoutASession() throws Exception {
        withSession.remove(NET_ID);

        actions.recordArrival(NET_ID, Action.UPPERCASE, token("x"));

        assertEquals(0, actions.unread());
    }

    @Test
    void remembersTheLatestAuthenticTokens() throws Exception {
        for (int i = 0; i < TokenActions.MAX_AUTHENTIC_PER_NETID + 1; i++) {
            actions.recordArrival(NET_ID, Action.UPPERCASE, token("x" + i));
            actions.authentic(NET_ID, token("x" + i));
        }

        assertRefused(NET_ID, Action.LOWERCASE, token("x1"));
        assertDoesNotThrow(() -> actions.recordArrival(NET_ID, Action.LOWERCASE, token("x0")));
    }

    private void assertRefused(NetId netId, Action action, byte[] token) {
        RefusedException refused =
                assertThrows(RefusedException.class, () -> actions.recordArrival(netId, action, token));
        assertEquals(Refusal.TOKEN_OTHER_ACTION, refused.refusal());
    }

    private static byte[] token(String text) {
        return String.format("%40s", text).getBytes(StandardCharsets.US_ASCII);
    }
}
