package securemqtt.responder.exchange;

import java.util.List;
import java.util.Optional;
import securemqtt.protocol.DhPublicKey;

/** The open sessions of a NetID, newest first, for as long as one request needs them. */
final class OpenSessions implements AutoCloseable {
    private final List<Session> sessions;
    private final boolean borrowed;

    private OpenSessions(List<Session> sessions, boolean borrowed) {
        this.sessions = sessions;
        this.borrowed = borrowed;
    }

    /** Sessions that stay open. */
    static OpenSessions borrowed(List<Session> sessions) {
        return new OpenSessions(sessions, true);
    }

    /** Sessions that only this request uses. {@link #close} closes them. */
    static OpenSessions owned(List<Session> sessions) {
        return new OpenSessions(sessions, false);
    }

    List<Session> list() {
        return sessions;
    }

    /** The session with this client key. */
    Optional<Session> with(DhPublicKey clientKey) {
        return sessions.stream()
                .filter(session -> session.clientKey().equals(clientKey))
                .findFirst();
    }

    @Override
    public void close() {
        if (!borrowed) {
            sessions.forEach(Session::close);
        }
    }
}
