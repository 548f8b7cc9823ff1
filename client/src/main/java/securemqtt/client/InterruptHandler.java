package securemqtt.client;

import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Hands Ctrl-C on to the run that is under way, while its connection still works. */
@ApplicationScoped
class InterruptHandler {
    private volatile ClientRun run;

    void register(ClientRun run) {
        this.run = run;
    }

    /** Comes after the end of every run as well, and does nothing to it then. */
    void stop(@Observes ShutdownEvent shutdown) throws InterruptedException {
        if (run != null) {
            run.interrupt();
        }
    }
}
