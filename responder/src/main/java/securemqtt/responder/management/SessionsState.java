package securemqtt.responder.management;

import java.util.Optional;

/** The state of the sessions, for health checks. */
public interface SessionsState {
    /** Whether the sessions are kept outside of this process. */
    boolean isShared();

    /** Why the sessions cannot be reached, in words for the operator; empty if they can. */
    Optional<String> problem();
}
