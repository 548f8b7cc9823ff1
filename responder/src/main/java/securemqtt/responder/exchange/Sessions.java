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
 * The sessions that are open, up to {@value #MAX_PER_NETID} for each NetID, so that clients of one NetID do not get in each
 * other's way. Those that are not used, and those used longest ago if there are too many, are closed.
 */
public final class Sessions {
    static final int MAX_PER_NETID = 4;

    private final int max;
    private final Cache<SessionId, Session> sessions;
    private final FixedExpiration<SessionId, Session> expiration;
    /** Where a NetID's sessions are, the latest first. */
    private final ConcurrentMap<NetId, List<SessionId>> idsByNetId = new ConcurrentHashMap<>();

    private volatile Consumer<NetId> onLastClosed = netId -> {};

    private record SessionId(NetId netId, DhPublicKey clientKey) {}

    /** @param idle how long a session lasts after it was last used */
    public Sessions(int max, Duration idle) {
        this(max, idle, Ticker.systemTicker());
    }

    Sessions(int max, Duration idle, Ticker ticker) {
        this.max = max;
        // Without Caffeine's own limit, which in a crowd of newcomers would turn those away that have just come.
        this.sessions = Caffeine.newBuilder()
                .expireAfterAccess(idle)
                .ticker(ticker)
                .scheduler(Scheduler.systemScheduler())
                // Closing is quick and never waits; a key is wiped by the time that its session is gone, unless in use.
                .executor(Runnable::run)
                .removalListener((SessionId id, Session session, RemovalCause cause) -> removed(id, session))
                .build();
        this.expiration = sessions.policy().expireAfterAccess().orElseThrow();
    }

    /** Has this called with each NetID whose last session was closed; by the thread that closed it. */
    void onLastClosed(Consumer<NetId> listener) {
        onLastClosed = listener;
    }

    /** Whether a NetID has a session that is open. */
    boolean has(NetId netId) {
        return idsByNetId.containsKey(netId);
    }

    /** Closes all sessions of a NetID. */
    void close(NetId netId) {
        idsByNetId.getOrDefault(netId, List.of()).forEach(sessions::invalidate);
    }

    /** Closes all sessions. */
    void closeAll() {
        sessions.invalidateAll();
    }

    /** The session that was agreed on with this key, if it is still open. Counts as a use. */
    Optional<Session> find(NetId netId, DhPublicKey clientKey) {
        return Optional.ofNullable(sessions.getIfPresent(new SessionId(netId, clientKey)));
    }

    /** All open sessions of a NetID, the latest first. Which one is used {@link #find} has to be told. */
    List<Session> of(NetId netId) {
        return idsByNetId.getOrDefault(netId, List.of()).stream()
                .flatMap(id -> Stream.ofNullable(sessions.policy().getIfPresentQuietly(id)))
                .toList();
    }

    /** The session with this key if there is one by now, which closes {@code fresh}; else {@code fresh}. */
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
            // Closed by another thread before its place was noted.
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

    /** How many are open. */
    public long count() {
        return sessions.estimatedSize();
    }

    /** How many NetIDs they belong to. */
    int netIds() {
        return idsByNetId.size();
    }

    private void removed(SessionId id, Session session) {
        session.close();
        forget(id);
    }

    /** Unless by now there is another session in this place. */
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
