package securemqtt.client;

import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Interrupts the run when the user presses Ctrl-C, early enough for the run to close its connection. */
@ApplicationScoped
class InterruptHandler {
    private volatile ClientRun run;

    void register(ClientRun run) {
        this.run = run;
    }

    /** Quarkus calls this at every shutdown. It has no effect on a run that has ended. */
    void stop(@Observes ShutdownEvent shutdown) throws InterruptedException {
        if (run != null) {
            run.interrupt();
        }
    }
}
