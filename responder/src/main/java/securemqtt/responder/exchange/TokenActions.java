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
 * The action under which each token arrived first. A token does not name its action. Without this class, anybody on the broker
 * could publish a client's token again under another action, and then publish that answer as the one the client waits for.
 *
 * <p>Authentic tokens need the session key, so a stranger cannot crowd them out: the latest few of a NetID are enough. Tokens that
 * no thread has read stay remembered. One that was refused as overloaded may be an honest request, and its client still waits.
 * If a NetID has too many of them, its sessions are closed, and then nobody can have any of its tokens answered.
 */
final class TokenActions {
    /** Some 1 MB. */
    private static final int MAX_UNREAD_PER_NETID = 10_000;
    /** Some 20 MB. */
    private static final int MAX_UNREAD = 200_000;

    static final int MAX_AUTHENTIC_PER_NETID = 32;

    /** A token ends with its HMAC; this is 96 bits of it, or 84 in front of padding. */
    private static final int TAIL_LENGTH = 16;

    private final int maxUnreadPerNetId;
    private final int maxUnread;
    private final Predicate<NetId> hasSession;
    private final Consumer<NetId> closeSessions;
    private final Map<NetId, Tokens> netIds = new HashMap<>();
    private int unread;

    private static final class Tokens {
        /** By tail. Several tokens may have one tail, of which one at most is authentic. */
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
     * @param hasSession whether a NetID has an open session; only then can a token of it be read
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
     * @param token as it was received
     * @throws RefusedException if the token arrived under another action before
     */
    void recordArrival(NetId netId, Action action, byte[] token) throws RefusedException {
        remember(netId, action, tail(token)).ifPresent(closeSessions);
    }

    /** Returns the NetID whose tokens are too many to remember, if any. */
    private synchronized Optional<NetId> remember(NetId netId, Action action, String tail) throws RefusedException {
        // Under the lock: sessions that are closed later are forgotten later.
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

    /** A token was read and is authentic, whether or not it was answered. */
    synchronized void authentic(NetId netId, byte[] token) {
        Tokens tokens = netIds.get(netId);
        Unread read = tokens == null ? null : tokens.unread.remove(tail(token));
        if (read != null) {
            unread--;
            tokens.authentic.put(tail(token), read.action);
        }
    }

    /** A token was read, and is authentic in none of the NetID's sessions. */
    synchronized void notAuthentic(NetId netId, byte[] token) {
        Tokens tokens = netIds.get(netId);
        Unread read = tokens == null ? null : tokens.unread.get(tail(token));
        // Junk may copy the tail of an authentic token that is still unread.
        if (read != null && --read.arrivals == 0) {
            tokens.unread.remove(tail(token));
            unread--;
        }
    }

    /** A NetID's last session was closed. */
    synchronized void forget(NetId netId) {
        // Unless it has a new session already.
        if (!hasSession.test(netId)) {
            Tokens tokens = netIds.remove(netId);
            unread -= tokens == null ? 0 : tokens.unread.size();
        }
    }

    /** How many tokens are remembered that no thread has read. */
    synchronized int unread() {
        return unread;
    }

    private static String tail(byte[] token) {
        int length = Math.min(TAIL_LENGTH, token.length);
        return new String(token, token.length - length, length, StandardCharsets.ISO_8859_1);
    }
}
