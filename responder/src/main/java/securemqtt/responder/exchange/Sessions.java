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
 * The sessions that are open, up to {@value #MOST_OF_A_NETID} for each NetID, so that clients of one NetID do not get in each
 * other's way. Those that are not used, and those used longest ago if there are too many, are closed.
 */
public final class Sessions {
    static final int MOST_OF_A_NETID = 4;

    private final int most;
    private final Cache<Place, Session> sessions;
    private final FixedExpiration<Place, Session> byUse;
    /** Where a NetID's sessions are, the latest first. */
    private final ConcurrentMap<NetId, List<Place>> places = new ConcurrentHashMap<>();

    private volatile Consumer<NetId> whenLastIsClosed = netId -> {};

    private record Place(NetId netId, DhPublicKey clientKey) {}

    /** @param idle how long a session lasts after it was last used */
    public Sessions(int most, Duration idle) {
        this(most, idle, Ticker.systemTicker());
    }

    Sessions(int most, Duration idle, Ticker ticker) {
        this.most = most;
        // Without Caffeine's own limit, which in a crowd of newcomers would turn those away that have just come.
        this.sessions = Caffeine.newBuilder()
                .expireAfterAccess(idle)
                .ticker(ticker)
                .scheduler(Scheduler.systemScheduler())
                // Closing is quick and never waits; a key is wiped by the time that its session is gone, unless in use.
                .executor(Runnable::run)
                .removalListener((Place place, Session session, RemovalCause cause) -> gone(place, session))
                .build();
        this.byUse = sessions.policy().expireAfterAccess().orElseThrow();
    }

    /** Has this called with each NetID whose last session was closed; by the thread that closed it. */
    void whenLastIsClosed(Consumer<NetId> listener) {
        whenLastIsClosed = listener;
    }

    /** Whether a NetID has a session that is open. */
    boolean has(NetId netId) {
        return places.containsKey(netId);
    }

    /** Closes all sessions of a NetID. */
    void close(NetId netId) {
        places.getOrDefault(netId, List.of()).forEach(sessions::invalidate);
    }

    /** Closes all sessions. */
    void closeAll() {
        sessions.invalidateAll();
    }

    /** The session that was agreed on with this key, if it is still open. Counts as a use. */
    Optional<Session> find(NetId netId, DhPublicKey clientKey) {
        return Optional.ofNullable(sessions.getIfPresent(new Place(netId, clientKey)));
    }

    /** All open sessions of a NetID, the latest first. Which one is used {@link #find} has to be told. */
    List<Session> of(NetId netId) {
        return places.getOrDefault(netId, List.of()).stream()
                .flatMap(place -> Stream.ofNullable(sessions.policy().getIfPresentQuietly(place)))
                .toList();
    }

    /** The session with this key if there is one by now, which closes {@code fresh}; else {@code fresh}. */
    Session put(NetId netId, Session fresh) {
        Place place = new Place(netId, fresh.clientKey());
        Session kept = sessions.get(place, absent -> fresh);
        if (kept != fresh) {
            fresh.close();
            return kept;
        }
        List<Place> ofNetId =
                places.merge(netId, List.of(place), (old, one) -> Stream.concat(one.stream(), old.stream())
                        .toList());
        ofNetId.stream().skip(MOST_OF_A_NETID).forEach(sessions::invalidate);
        closeThoseTooMany();
        if (sessions.policy().getIfPresentQuietly(place) == null) {
            // Closed by another thread before its place was noted.
            forget(place);
        }
        return fresh;
    }

    private void closeThoseTooMany() {
        long surplus = sessions.estimatedSize() - most;
        if (surplus > 0) {
            sessions.invalidateAll(byUse.oldest((int) surplus).keySet());
        }
    }

    /** How many are open. */
    public long count() {
        return sessions.estimatedSize();
    }

    /** How many NetIDs they belong to. */
    int netIds() {
        return places.size();
    }

    private void gone(Place place, Session session) {
        session.close();
        forget(place);
    }

    /** Unless by now there is another session in this place. */
    private void forget(Place place) {
        places.computeIfPresent(place.netId(), (netId, all) -> {
            if (sessions.policy().getIfPresentQuietly(place) != null) {
                return all;
            }
            List<Place> others = all.stream().filter(one -> !one.equals(place)).toList();
            return others.isEmpty() ? null : others;
        });
        if (!has(place.netId())) {
            whenLastIsClosed.accept(place.netId());
        }
    }
}
