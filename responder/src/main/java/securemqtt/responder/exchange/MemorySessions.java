package securemqtt.responder.exchange;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import securemqtt.protocol.Action;
import securemqtt.protocol.NetId;
import securemqtt.protocol.RefusedException;

/** Keeps the sessions in the memory of this process. */
public final class MemorySessions implements SessionStore {
    private final Sessions sessions;
    private final TokenActions tokenActions;

    /** The NetIDs that sent a key. Those beyond the limit count as if they had not. */
    private final Cache<NetId, Boolean> keySent =
            Caffeine.newBuilder().maximumSize(100_000).executor(Runnable::run).build();

    /**
     * @param max how many sessions may be open; beyond it, the least recently used are closed
     * @param idle how long a session may stay unused before it is closed
     */
    public MemorySessions(int max, Duration idle) {
        this(new Sessions(max, idle));
    }

    MemorySessions(Sessions sessions) {
        this.sessions = sessions;
        this.tokenActions = new TokenActions(sessions::has, sessions::close);
        sessions.onLastClosed(tokenActions::forget);
    }

    @Override
    public CompletionStage<Arrival> keyArrived(NetId netId) {
        keySent.put(netId, true);
        return arrival(netId);
    }

    @Override
    public CompletionStage<Arrival> tokenArrived(NetId netId, Action action, byte[] token) {
        try {
            tokenActions.recordArrival(netId, action, token);
        } catch (RefusedException e) {
            return CompletableFuture.failedFuture(e);
        }
        return arrival(netId);
    }

    private CompletionStage<Arrival> arrival(NetId netId) {
        return CompletableFuture.completedFuture(new Arrival() {
            @Override
            public int length() {
                return 0;
            }

            @Override
            public OpenSessions sessions() {
                return of(netId);
            }
        });
    }

    @Override
    public OpenSessions of(NetId netId) {
        return OpenSessions.borrowed(sessions.of(netId));
    }

    @Override
    public OpenSessions keep(NetId netId, Session fresh) {
        return OpenSessions.borrowed(List.of(sessions.put(netId, fresh)));
    }

    @Override
    public void used(NetId netId, Session session) {
        sessions.find(netId, session.clientKey());
    }

    @Override
    public void authentic(NetId netId, byte[] token) {
        tokenActions.authentic(netId, token);
    }

    @Override
    public void notAuthentic(NetId netId, byte[] token) {
        tokenActions.notAuthentic(netId, token);
    }

    @Override
    public boolean mayHaveSentKey(NetId netId) {
        return keySent.getIfPresent(netId) != null;
    }

    /**
     * Closes all sessions. While the connection was lost, the responder missed requests, and anybody could send their
     * tokens again under another action.
     */
    @Override
    public void connectionLost() {
        sessions.closeAll();
    }

    @Override
    public long count() {
        return sessions.count();
    }

    @Override
    public boolean needsSecrets() {
        return false;
    }
}
