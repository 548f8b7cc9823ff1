package securemqtt.responder.channel;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/**
 * Tracks the answers that the outgoing channel has not sent yet. The channel sends one answer after the other. If it
 * never reports the end of one, all later answers wait behind it, and only this class shows it. This class also knows
 * the recently sent answers and how many of them the broker has not acknowledged: the channel reports an answer as
 * sent once it is written to the connection, even if the other end is gone.
 */
@ApplicationScoped
public class InFlightAnswers {
    /** How long it takes to detect a dead connection, with the keep-alive of 10 s. */
    public static final Duration IN_DOUBT = Duration.ofSeconds(25);
    /** Keeps a broker that reads slowly from filling the heap. */
    private static final int MAX_BYTES = 32 * 1024 * 1024;

    private final LongSupplier nanos;
    /** How many answers were sent in each recent second, earliest first. */
    private final Deque<Sent> recentlySent = new ArrayDeque<>();

    private int inFlight;
    /** Includes those in flight: the broker may acknowledge an answer before the channel reports it as sent. */
    private int unacknowledged;

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

    /** @param nanos the clock, as {@link System#nanoTime} */
    public InFlightAnswers(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * Whether so many bytes wait that a new request should be refused, because its answer would only wait behind
     * them.
     */
    synchronized boolean isFull() {
        return bytesInFlight >= MAX_BYTES;
    }

    /**
     * Call this before an answer goes to the channel.
     *
     * @param length the length of its payload, in bytes; the same for {@link #sent} and {@link #notSent}
     */
    public synchronized void add(int length) {
        if (inFlight == 0) {
            lastProgressNanos = nanos.getAsLong();
        }
        inFlight++;
        unacknowledged++;
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
        unacknowledged--;
        settle(length);
    }

    /** Call this when the broker has acknowledged an answer. */
    public synchronized void acknowledged() {
        unacknowledged--;
        notifyAll();
    }

    /** Call this when the connection has ended. The broker will acknowledge no answer that was sent before. */
    public synchronized void disconnected() {
        unacknowledged = inFlight;
        notifyAll();
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

    /**
     * Call this when the connection is lost.
     *
     * @return how many of the sent answers may not have arrived; each counts in one loss only
     */
    public synchronized int connectionLost() {
        forgetOldAnswers();
        int count = recentlySent.stream().mapToInt(sent -> sent.count).sum();
        recentlySent.clear();
        return count;
    }

    /** Whether answers are in flight and none has made progress for this long. */
    public synchronized boolean isStuck(Duration timeout) {
        return inFlight > 0 && nanos.getAsLong() - lastProgressNanos > timeout.toNanos();
    }

    /**
     * Waits until the broker has acknowledged all answers, at most until the deadline, as {@link System#nanoTime}. If
     * the connection ends while the broker sends, the operating system may discard what the broker has not read yet.
     *
     * @return how many answers the broker has not acknowledged
     */
    synchronized int awaitAcknowledgements(long deadline) throws InterruptedException {
        for (long left = deadline - System.nanoTime();
                unacknowledged > 0 && left > 0;
                left = deadline - System.nanoTime()) {
            wait(1 + left / 1_000_000);
        }
        return unacknowledged;
    }
}
