package securemqtt.client;

import java.util.Optional;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * The events of a run that wait for the {@link Exchange}. The size of all messages in the queue is bounded, so that a
 * flood cannot exhaust the memory. Any thread may add events. One thread calls the other methods.
 */
final class EventQueue {
    /** The space for received messages. While it is full, the client reads nothing from the connection. */
    private static final int MAX_QUEUED_KIB = 32 * 1024;
    /** The connection number of an event that counts whichever connection is in use. */
    private static final int ANY_CONNECTION = 0;

    private final BlockingDeque<Entry> entries = new LinkedBlockingDeque<>();
    private final Semaphore freeKib = new Semaphore(MAX_QUEUED_KIB);
    private volatile boolean closed;
    /** The number of the connection in use, by which the queue recognizes late events of an earlier one. */
    private int connectionNumber;

    /**
     * @param connectionNumber the connection that reported the event, or {@link #ANY_CONNECTION}
     * @param event returns the event, or throws the exception of a thread that crashed
     * @param kib the space that the event takes
     */
    private record Entry(int connectionNumber, Supplier<Event> event, int kib) {}

    /** Forgets the connection in use. The queue then drops its events. */
    void dropConnection() {
        connectionNumber++;
    }

    /** Returns the listener for a new connection, which takes the place of the one in use. */
    Connection.Listener newConnection() {
        dropConnection();
        return new QueueingListener(connectionNumber);
    }

    /** Adds {@link Event.Interrupted} in front of all other events. */
    void interrupt() {
        entries.addFirst(new Entry(ANY_CONNECTION, Event.Interrupted::new, 0));
    }

    /**
     * Takes the next event.
     *
     * @param nanos the longest time to wait, by {@code clock}
     * @return empty if none came in that time, or if it was a late event of an earlier connection
     * @throws RuntimeException or an {@link Error} if a thread of a connection ended with an exception
     */
    Optional<Event> poll(MonotonicClock clock, long nanos) throws InterruptedException {
        Entry next = clock.poll(entries, nanos);
        if (next == null) {
            return Optional.empty();
        }
        freeKib.release(next.kib());
        if (next.connectionNumber() != connectionNumber && next.connectionNumber() != ANY_CONNECTION) {
            return Optional.empty();
        }
        return Optional.of(next.event().get());
    }

    /** Closes the queue. A thread that adds an event from now on does not wait, and one that waits continues. */
    void close() {
        closed = true;
        freeKib.release(MAX_QUEUED_KIB);
    }

    private final class QueueingListener implements Connection.Listener {
        private final int number;

        QueueingListener(int number) {
            this.number = number;
        }

        /** Waits while the queue is full, and so stops the thread that reads from the connection. */
        @Override
        public void accept(Event event) {
            int kib = event instanceof Event.Received received
                    ? Math.min(MAX_QUEUED_KIB, 1 + received.payload().length / 1024)
                    : 0;
            freeKib.acquireUninterruptibly(kib);
            if (closed) {
                freeKib.release(kib);
                return;
            }
            entries.addLast(new Entry(number, () -> event, kib));
        }

        @Override
        public void crashed(Throwable cause) {
            entries.addFirst(new Entry(
                    ANY_CONNECTION,
                    () -> {
                        throw unchecked(cause);
                    },
                    0));
        }

        private static RuntimeException unchecked(Throwable cause) {
            if (cause instanceof Error error) {
                // The command line has its own message for OutOfMemoryError.
                throw error;
            }
            return new IllegalStateException(cause);
        }
    }
}
