package securemqtt.responder.channel;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/**
 * The answers that are on their way out. The outgoing channel sends one after the other; should one of them never be told
 * sent or not, all later ones wait behind it, and only this shows it. It also knows which were sent of late: the channel
 * calls an answer sent that was written to the connection, whether or not anybody at its other end was left to read it.
 */
@ApplicationScoped
public class InFlightAnswers {
    /** As long as it takes until a dead link is found out, by the keep-alive of 10 s. */
    public static final Duration IN_DOUBT = Duration.ofSeconds(25);
    /** So that a broker which reads more slowly than it sends does not fill the heap. */
    private static final int MAX_BYTES = 32 * 1024 * 1024;

    private final LongSupplier nanos;
    /** How many were sent in each second of late, the earliest first. */
    private final Deque<Sent> recentlySent = new ArrayDeque<>();

    private int inFlight;
    private long bytesInFlight;
    private long lastProgressNanos;

    private static final class Sent {
        final long fromNanos;
        int count;

        Sent(long fromNanos) {
            this.fromNanos = fromNanos;
        }
    }

    @Inject
    InFlightAnswers() {
        this(System::nanoTime);
    }

    /** @param nanos as {@link System#nanoTime} */
    public InFlightAnswers(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Whether more waits than should; what is asked for now would only wait behind it. */
    synchronized boolean isFull() {
        return bytesInFlight >= MAX_BYTES;
    }

    public synchronized void handedOn(int length) {
        if (inFlight == 0) {
            lastProgressNanos = nanos.getAsLong();
        }
        inFlight++;
        bytesInFlight += length;
    }

    synchronized void sent(int length) {
        settle(length);
        forgetOldAnswers();
        if (recentlySent.isEmpty()
                || lastProgressNanos - recentlySent.getLast().fromNanos
                        >= Duration.ofSeconds(1).toNanos()) {
            recentlySent.add(new Sent(lastProgressNanos));
        }
        recentlySent.getLast().count++;
    }

    synchronized void notSent(int length) {
        settle(length);
    }

    private void settle(int length) {
        inFlight--;
        bytesInFlight -= length;
        lastProgressNanos = nanos.getAsLong();
        notifyAll();
    }

    private void forgetOldAnswers() {
        long now = nanos.getAsLong();
        while (!recentlySent.isEmpty()
                && now - recentlySent.getFirst().fromNanos
                        > IN_DOUBT.plusSeconds(1).toNanos()) {
            recentlySent.removeFirst();
        }
    }

    /** The connection is lost: how many of those sent may not have arrived. Each counts in one loss only. */
    public synchronized int connectionLost() {
        forgetOldAnswers();
        int count = recentlySent.stream().mapToInt(sent -> sent.count).sum();
        recentlySent.clear();
        return count;
    }

    /** Whether there are any under way and none has moved for so long. */
    public synchronized boolean isStuck(Duration timeout) {
        return inFlight > 0 && nanos.getAsLong() - lastProgressNanos > timeout.toNanos();
    }

    /** Waits until there are none under way, or the deadline has come, by {@link System#nanoTime}. */
    synchronized void awaitNone(long deadline) throws InterruptedException {
        for (long left = deadline - System.nanoTime(); inFlight > 0 && left > 0; left = deadline - System.nanoTime()) {
            wait(1 + left / 1_000_000);
        }
    }
}
