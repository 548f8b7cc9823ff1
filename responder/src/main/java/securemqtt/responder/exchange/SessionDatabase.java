package securemqtt.responder.exchange;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import securemqtt.protocol.Action;
import securemqtt.protocol.NetId;

/**
 * Keeps sealed sessions where all responders of a group reach them. Each method is one step that no other responder can
 * interrupt. No method waits; each result fails within about a second if the database cannot be reached. The database
 * forgets sessions that are idle.
 */
public interface SessionDatabase {
    /** The length of a token's tail, in bytes. */
    int TAIL_LENGTH = 16;

    /** The sessions of a NetID, newest first. */
    CompletionStage<List<SealedSession>> sessions(NetId netId);

    /**
     * Adds a session as the newest of its NetID, unless the NetID has one with this identifier. If the NetID has more
     * than {@link SessionStore#MAX_PER_NETID}, the oldest is removed.
     *
     * @return the session with this identifier that the database has now
     */
    CompletionStage<SealedSession> add(NetId netId, SealedSession session);

    /**
     * Remembers that a token arrived under an action, if its NetID has sessions. If a NetID has too many tokens that are not settled, its
     * sessions are removed.
     *
     * @param tail the last {@value #TAIL_LENGTH} bytes of the token
     * @return the sessions of the NetID, newest first; empty if the token arrived under another action before
     */
    CompletionStage<Optional<List<SealedSession>>> tokenArrived(NetId netId, byte[] tail, Action action);

    /** Settles a token that is authentic. */
    void authentic(NetId netId, byte[] tail);

    /** Settles one arrival of a token that is authentic in no session. */
    void notAuthentic(NetId netId, byte[] tail);

    /** Restarts the idle time of a session. */
    void used(NetId netId, String id);

    /** Remembers that a NetID has sent a key. */
    void keyArrived(NetId netId);

    /** False only if no key of the NetID has arrived. */
    CompletionStage<Boolean> mayHaveSentKey(NetId netId);

    /** The number of NetIDs with sessions, as it was a moment ago. */
    long count();
}
