package securemqtt.responder.exchange;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import securemqtt.protocol.Action;
import securemqtt.protocol.NetId;
import securemqtt.protocol.Refusal;
import securemqtt.protocol.RefusedException;

/**
 * Remembers under which action each token arrived first. A token does not name its action. Without this class,
 * anybody on the broker could publish a client's token again under another action, and pass off that answer as the
 * one the client waits for.
 *
 * <p>Only clients with the session key can make authentic tokens, so an attacker cannot displace them: the latest few
 * of each NetID are enough. Tokens that no thread has decrypted yet stay remembered. A token that was refused as
 * overloaded may be an honest request whose client still waits. If a NetID has too many of them, its sessions are
 * closed; then none of its tokens can be answered.
 */
final class TokenActions {
    /** About 1 MB. */
    private static final int MAX_UNREAD_PER_NETID = 10_000;
    /** About 20 MB. */
    private static final int MAX_UNREAD = 200_000;

    static final int MAX_AUTHENTIC_PER_NETID = 32;

    /** In characters, from the end of a token: 96 bits of its HMAC, or 84 bits before padding. */
    private static final int TAIL_LENGTH = 16;

    private final int maxUnreadPerNetId;
    private final int maxUnread;
    private final Predicate<NetId> hasSession;
    private final Consumer<NetId> closeSessions;
    private final Map<NetId, Tokens> netIds = new HashMap<>();
    private int unread;

    private static final class Tokens {
        /** By tail. Several tokens may share a tail; at most one of them is authentic. */
        final Map<String, Unread> unread = new HashMap<>();

        final Map<String, Action> authentic = new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Action> eldest) {
                return size() > MAX_AUTHENTIC_PER_NETID;
            }
        };
    }

    private static final class Unread {
        final Action action;
        int arrivals;

        Unread(Action action) {
            this.action = action;
        }
    }

    /**
     * @param hasSession whether a NetID has an open session; without one, no token of that NetID can be decrypted
     * @param closeSessions closes all sessions of a NetID
     */
    TokenActions(Predicate<NetId> hasSession, Consumer<NetId> closeSessions) {
        this(MAX_UNREAD_PER_NETID, MAX_UNREAD, hasSession, closeSessions);
    }

    TokenActions(int maxUnreadPerNetId, int maxUnread, Predicate<NetId> hasSession, Consumer<NetId> closeSessions) {
        this.maxUnreadPerNetId = maxUnreadPerNetId;
        this.maxUnread = maxUnread;
        this.hasSession = hasSession;
        this.closeSessions = closeSessions;
    }

    /**
     * Remembers the action of a token. Call this in the order in which tokens arrive, before any other decision.
     *
     * @param token the token as received
     * @throws RefusedException if the token arrived under another action before
     */
    void recordArrival(NetId netId, Action action, byte[] token) throws RefusedException {
        remember(netId, action, tail(token)).ifPresent(closeSessions);
    }

    /** Returns the NetID with too many tokens to remember, if any. */
    private synchronized Optional<NetId> remember(NetId netId, Action action, String tail) throws RefusedException {
        // Inside the lock, so that a session that is closed after this check is forgotten after this call.
        if (!hasSession.test(netId)) {
            return Optional.empty();
        }
        Tokens tokens = netIds.computeIfAbsent(netId, absent -> new Tokens());
        Unread known = tokens.unread.get(tail);
        Action first = known != null ? known.action : tokens.authentic.getOrDefault(tail, action);
        if (first != action) {
            throw new RefusedException(Refusal.TOKEN_OTHER_ACTION);
        }
        if (known == null) {
            if (tokens.authentic.containsKey(tail)) {
                return Optional.empty();
            }
            known = new Unread(action);
            tokens.unread.put(tail, known);
            unread++;
        }
        known.arrivals++;
        if (tokens.unread.size() > maxUnreadPerNetId) {
            return Optional.of(netId);
        }
        return unread > maxUnread ? Optional.of(netIdWithMostUnread()) : Optional.empty();
    }

    private NetId netIdWithMostUnread() {
        return netIds.entrySet().stream()
                .max(Comparator.comparingInt(entry -> entry.getValue().unread.size()))
                .orElseThrow()
                .getKey();
    }

    /** Call this when a token was decrypted and is authentic, whether or not it is answered. */
    synchronized void authentic(NetId netId, byte[] token) {
        Tokens tokens = netIds.get(netId);
        Unread read = tokens == null ? null : tokens.unread.remove(tail(token));
        if (read != null) {
            unread--;
            tokens.authentic.put(tail(token), read.action);
        }
    }

    /** Call this when a token was checked and is authentic in none of the NetID's sessions. */
    synchronized void notAuthentic(NetId netId, byte[] token) {
        Tokens tokens = netIds.get(netId);
        Unread read = tokens == null ? null : tokens.unread.get(tail(token));
        // An invalid token may copy the tail of an authentic token that no thread has decrypted yet.
        if (read != null && --read.arrivals == 0) {
            tokens.unread.remove(tail(token));
            unread--;
        }
    }

    /** Call this when the last session of a NetID was closed. */
    synchronized void forget(NetId netId) {
        // The NetID may already have a new session.
        if (!hasSession.test(netId)) {
            Tokens tokens = netIds.remove(netId);
            unread -= tokens == null ? 0 : tokens.unread.size();
        }
    }

    /** The number of tokens that no thread has decrypted yet. */
    synchronized int unread() {
        return unread;
    }

    private static String tail(byte[] token) {
        int length = Math.min(TAIL_LENGTH, token.length);
        return new String(token, token.length - length, length, StandardCharsets.ISO_8859_1);
    }
}
