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
    public static final Duration DOUBTFUL = Duration.ofSeconds(25);
    /** So that a broker which reads more slowly than it sends does not fill the heap. */
    private static final int MOST_BYTES = 32 * 1024 * 1024;

    private final LongSupplier nanos;
    /** How many were sent in each second of late, the earliest first. */
    private final Deque<Sent> sentOfLate = new ArrayDeque<>();

    private int underWay;
    private long bytesUnderWay;
    private long lastMoveNanos;

    private static final class Sent {
        final long fromNanos;
        int number;

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
        return bytesUnderWay >= MOST_BYTES;
    }

    public synchronized void handedOn(int length) {
        if (underWay == 0) {
            lastMoveNanos = nanos.getAsLong();
        }
        underWay++;
        bytesUnderWay += length;
    }

    synchronized void sent(int length) {
        move(length);
        forgetWhatArrived();
        if (sentOfLate.isEmpty()
                || lastMoveNanos - sentOfLate.getLast().fromNanos
                        >= Duration.ofSeconds(1).toNanos()) {
            sentOfLate.add(new Sent(lastMoveNanos));
        }
        sentOfLate.getLast().number++;
    }

    synchronized void notSent(int length) {
        move(length);
    }

    private void move(int length) {
        underWay--;
        bytesUnderWay -= length;
        lastMoveNanos = nanos.getAsLong();
        notifyAll();
    }

    private void forgetWhatArrived() {
        long now = nanos.getAsLong();
        while (!sentOfLate.isEmpty()
                && now - sentOfLate.getFirst().fromNanos
                        > DOUBTFUL.plusSeconds(1).toNanos()) {
            sentOfLate.removeFirst();
        }
    }

    /** The connection is lost: how many of those sent may not have arrived. Each counts in one loss only. */
    public synchronized int lost() {
        forgetWhatArrived();
        int number = sentOfLate.stream().mapToInt(sent -> sent.number).sum();
        sentOfLate.clear();
        return number;
    }

    /** Whether there are any under way and none has moved for so long. */
    public synchronized boolean isStuck(Duration patience) {
        return underWay > 0 && nanos.getAsLong() - lastMoveNanos > patience.toNanos();
    }

    /** Waits until there are none under way, or the deadline has come, by {@link System#nanoTime}. */
    synchronized void awaitNone(long deadline) throws InterruptedException {
        for (long left = deadline - System.nanoTime(); underWay > 0 && left > 0; left = deadline - System.nanoTime()) {
            wait(1 + left / 1_000_000);
        }
    }
}
