package securemqtt.responder.exchange;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy.FixedExpiration;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Scheduler;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.NetId;

/**
 * The open sessions, up to {@value #MAX_PER_NETID} for each NetID, so that clients that share a NetID do not close
 * each other's sessions. An idle session is closed. If there are too many sessions, the least recently used are
 * closed.
 */
public final class Sessions {
    static final int MAX_PER_NETID = 4;

    private final int max;
    private final Cache<SessionId, Session> sessions;
    private final FixedExpiration<SessionId, Session> expiration;
    /** The sessions of each NetID, newest first. */
    private final ConcurrentMap<NetId, List<SessionId>> idsByNetId = new ConcurrentHashMap<>();

    private volatile Consumer<NetId> onLastClosed = netId -> {};

    private record SessionId(NetId netId, DhPublicKey clientKey) {}

    /**
     * @param max how many sessions may be open
     * @param idle how long a session may stay unused before it is closed
     */
    public Sessions(int max, Duration idle) {
        this(max, idle, Ticker.systemTicker());
    }

    Sessions(int max, Duration idle, Ticker ticker) {
        this.max = max;
        // Caffeine's own size limit is unsuitable: when many new clients arrive, it evicts the newest entries.
        this.sessions = Caffeine.newBuilder()
                .expireAfterAccess(idle)
                .ticker(ticker)
                .scheduler(Scheduler.systemScheduler())
                // On the calling thread: closing is quick, and a key that is not in use is wiped before this returns.
                .executor(Runnable::run)
                .removalListener((SessionId id, Session session, RemovalCause cause) -> removed(id, session))
                .build();
        this.expiration = sessions.policy().expireAfterAccess().orElseThrow();
    }

    /** Sets the listener for NetIDs whose last session was closed. The thread that closes the session calls it. */
    void onLastClosed(Consumer<NetId> listener) {
        onLastClosed = listener;
    }

    /** Whether the NetID has an open session. */
    boolean has(NetId netId) {
        return idsByNetId.containsKey(netId);
    }

    /** Closes all sessions of the NetID. */
    void close(NetId netId) {
        idsByNetId.getOrDefault(netId, List.of()).forEach(sessions::invalidate);
    }

    /** Closes all sessions. */
    void closeAll() {
        sessions.invalidateAll();
    }

    /** The open session with this client key, empty if there is none. Counts as a use. */
    Optional<Session> find(NetId netId, DhPublicKey clientKey) {
        return Optional.ofNullable(sessions.getIfPresent(new SessionId(netId, clientKey)));
    }

    /**
     * All open sessions of the NetID, newest first. This does not count as a use; call {@link #find} for the one that
     * is used.
     */
    List<Session> of(NetId netId) {
        return idsByNetId.getOrDefault(netId, List.of()).stream()
                .flatMap(id -> Stream.ofNullable(sessions.policy().getIfPresentQuietly(id)))
                .toList();
    }

    /**
     * Adds a session. If the NetID already has one with the same client key, this closes {@code fresh} and returns
     * that one; otherwise it returns {@code fresh}.
     */
    Session put(NetId netId, Session fresh) {
        SessionId id = new SessionId(netId, fresh.clientKey());
        Session kept = sessions.get(id, absent -> fresh);
        if (kept != fresh) {
            fresh.close();
            return kept;
        }
        List<SessionId> ofNetId =
                idsByNetId.merge(netId, List.of(id), (old, one) -> Stream.concat(one.stream(), old.stream())
                        .toList());
        ofNetId.stream().skip(MAX_PER_NETID).forEach(sessions::invalidate);
        closeLeastRecentlyUsed();
        if (sessions.policy().getIfPresentQuietly(id) == null) {
            // Another thread closed the session before this one added its ID.
            forget(id);
        }
        return fresh;
    }

    private void closeLeastRecentlyUsed() {
        long surplus = sessions.estimatedSize() - max;
        if (surplus > 0) {
            sessions.invalidateAll(expiration.oldest((int) surplus).keySet());
        }
    }

    /** The number of open sessions. */
    public long count() {
        return sessions.estimatedSize();
    }

    /** The number of NetIDs that are remembered. */
    int netIds() {
        return idsByNetId.size();
    }

    private void removed(SessionId id, Session session) {
        session.close();
        forget(id);
    }

    /** Forgets a closed session, unless a new session has the same ID by now. */
    private void forget(SessionId id) {
        idsByNetId.computeIfPresent(id.netId(), (netId, all) -> {
            if (sessions.policy().getIfPresentQuietly(id) != null) {
                return all;
            }
            List<SessionId> others = all.stream().filter(one -> !one.equals(id)).toList();
            return others.isEmpty() ? null : others;
        });
        if (!has(id.netId())) {
            onLastClosed.accept(id.netId());
        }
    }
}
