package securemqtt.responder.exchange;

import java.util.concurrent.CompletionStage;
import securemqtt.protocol.Action;
import securemqtt.protocol.NetId;
import securemqtt.protocol.Refusal;
import securemqtt.protocol.RefusedException;

/**
 * Keeps the open sessions, and the action under which each token arrived first. A token does not
 * name its action. Without this, anybody on the broker could publish a client's token again under another action, and
 * pass off that answer as the one the client waits for.
 *
 * <p>A NetID has at most {@value #MAX_PER_NETID} sessions, so that clients that share a NetID do not close each other's
 * sessions. Several threads may call all methods at once.
 */
public interface SessionStore {
    int MAX_PER_NETID = 4;

    /** A request that has arrived, and how to get the sessions that it may belong to. */
    interface Arrival {
        /** The bytes that this occupies while the request waits. */
        int length();

        /**
         * The open sessions of the request's NetID, newest first.
         *
         * @throws RefusedException as {@link SessionStore#of}
         */
        OpenSessions sessions() throws RefusedException;
    }

    /**
     * Remembers that a NetID has sent a key. Never waits.
     *
     * @return fails with a {@link RefusedException} if the store cannot be reached
     */
    CompletionStage<Arrival> keyArrived(NetId netId);

    /**
     * Remembers the action of a token. Call this in the order in which tokens arrive, before any other decision. Never
     * waits.
     *
     * @param token the token as received
     * @return fails with a {@link RefusedException} if the token arrived under another action before, or if the store
     *     cannot be reached
     */
    CompletionStage<Arrival> tokenArrived(NetId netId, Action action, byte[] token);

    /**
     * The open sessions of a NetID, newest first. Waits at most a second.
     *
     * @throws RefusedException with {@link Refusal#SESSIONS_UNAVAILABLE} if the store cannot be reached
     */
    OpenSessions of(NetId netId) throws RefusedException;

    /**
     * Keeps a new session. If the NetID already has one with the same client key, that one stays and {@code fresh} is
     * closed. If the NetID has too many, the oldest is closed. Waits at most a second.
     *
     * @return the session that is kept
     * @throws RefusedException with {@link Refusal#SESSIONS_UNAVAILABLE} if the store cannot be reached; {@code fresh}
     *     is closed then
     */
    OpenSessions keep(NetId netId, Session fresh) throws RefusedException;

    /** Restarts the idle time of a session. */
    void used(NetId netId, Session session);

    /** Call this when a token was decrypted and is authentic, whether or not it is answered. */
    void authentic(NetId netId, byte[] token);

    /** Call this when a token was checked and is authentic in none of the NetID's sessions. */
    void notAuthentic(NetId netId, byte[] token);

    /**
     * Whether a NetID may have sent a key. Its session may have ended, or not have begun. Waits at most a second.
     *
     * @return false only if no key of this NetID has arrived
     * @throws RefusedException with {@link Refusal#SESSIONS_UNAVAILABLE} if the store cannot be reached
     */
    boolean mayHaveSentKey(NetId netId) throws RefusedException;

    /** Call this after each loss of the connection to the broker, before new requests arrive. */
    void connectionLost();

    /** The number of open sessions. */
    long count();

    /** Whether sessions must keep their shared secrets, because the store saves them. */
    boolean needsSecrets();
}
