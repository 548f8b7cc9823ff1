package securemqtt.responder;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Scheduler;
import java.time.Duration;
import java.util.Optional;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.NetId;

/** The sessions that are open, one for each NetID. Those that are not used or one too many are closed. */
final class Sessions {
    private final Cache<NetId, Session> sessions;

    /** @param idle how long a session lasts after it was last used */
    Sessions(int most, Duration idle) {
        this.sessions = Caffeine.newBuilder()
                .maximumSize(most)
                .expireAfterAccess(idle)
                .scheduler(Scheduler.systemScheduler())
                // Closing is quick: a key is wiped by the time that its session is gone.
                .executor(Runnable::run)
                .removalListener((NetId netId, Session session, RemovalCause cause) -> session.close())
                .build();
    }

    Optional<Session> find(NetId netId) {
        return Optional.ofNullable(sessions.getIfPresent(netId));
    }

    /** The session with this key if there is one by now, else {@code fresh}, which takes the place of any other. */
    Session put(NetId netId, DhPublicKey clientKey, Session fresh) {
        Session kept = sessions.asMap()
                .compute(netId, (id, current) -> current != null && current.isWith(clientKey) ? current : fresh);
        if (kept != fresh) {
            fresh.close();
        }
        return kept;
    }
}
