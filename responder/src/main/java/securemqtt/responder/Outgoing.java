package securemqtt.responder;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/**
 * The answers that are on their way out. The outgoing channel sends one after the other; should one of them never be told
 * sent or not, all later ones wait behind it, and only this shows it.
 */
@ApplicationScoped
class Outgoing {
    private int underWay;
    private long lastMoveNanos;

    synchronized void handedOn() {
        if (underWay == 0) {
            lastMoveNanos = System.nanoTime();
        }
        underWay++;
    }

    /** One was sent, or was not. */
    synchronized void done() {
        underWay--;
        lastMoveNanos = System.nanoTime();
        notifyAll();
    }

    /** Whether there are any and none has moved for so long. */
    synchronized boolean isStuck(Duration patience) {
        return underWay > 0 && System.nanoTime() - lastMoveNanos > patience.toNanos();
    }

    /** Waits until there are none, or the deadline has come, by {@link System#nanoTime}. */
    synchronized void awaitNone(long deadline) throws InterruptedException {
        for (long left = deadline - System.nanoTime(); underWay > 0 && left > 0; left = deadline - System.nanoTime()) {
            wait(1 + left / 1_000_000);
        }
    }
}
