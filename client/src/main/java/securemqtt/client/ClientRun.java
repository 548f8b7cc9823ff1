package securemqtt.client;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One run of the client. It hands each event to the {@link Exchange} and performs the effects that the exchange
 * returns, on one thread, until the run ends.
 */
final class ClientRun {
    private static final long CLOSE_TIMEOUT_SECONDS = 1;
    /** The queue's space for received messages. While it is full, the client reads nothing from the connection. */
    private static final int MAX_QUEUED_KIB = 32 * 1024;
    /** The connection number of an event that counts whichever connection is in use. */
    private static final int ANY_CONNECTION = 0;

    private final Exchange exchange;
    private final int timeoutSeconds;
    private final long start;
    private final MonotonicClock clock;
    private final Terminal terminal;
    private final OutputStream answers;
    private final Function<Connection.Listener, Connection> connections;
    private final Effect.Performer performer = new EffectPerformer();
    private final BlockingDeque<QueuedEvent> queue = new LinkedBlockingDeque<>();
    /** The free space in the queue, in KiB. */
    private final Semaphore queueSpace = new Semaphore(MAX_QUEUED_KIB);

    private volatile boolean queueClosed;
    private final CountDownLatch ended = new CountDownLatch(1);

    /** The connection in use; empty before the first one, and before each reconnection. */
    private Optional<Connection> connection = Optional.empty();
    /** The number of the connection in use, by which the run recognizes late events of an earlier one. */
    private int connectionNumber;
    /** When to make the next connection, in nanoseconds by {@link #clock}; empty if none is due. */
    private Optional<Long> connectAt = Optional.empty();
    /** When to report {@link Event.Alarm}, in nanoseconds by {@link #clock}; empty if no alarm is set. */
    private Optional<Long> alarmAt = Optional.empty();
    /** Empty until the run ends. */
    private Optional<ExitCode> exitCode = Optional.empty();

    /**
     * @param connectionNumber the connection that reported the event, or {@link #ANY_CONNECTION}
     * @param event returns the event, or throws what a thread of the connection threw
     * @param kib the space that the event takes in the queue
     */
    private record QueuedEvent(int connectionNumber, Supplier<Event> event, int kib) {}

    /**
     * @param timeoutSeconds the time for the whole run
     * @param start when that time began, in nanoseconds by {@code clock}
     * @param answers where the run writes the answer and a newline
     * @param connections makes a connection that reports to the given listener
     */
    ClientRun(
            Exchange exchange,
            int timeoutSeconds,
            long start,
            MonotonicClock clock,
            Terminal terminal,
            OutputStream answers,
            Function<Connection.Listener, Connection> connections) {
        this.exchange = exchange;
        this.timeoutSeconds = timeoutSeconds;
        this.start = start;
        this.clock = clock;
        this.terminal = terminal;
        this.answers = answers;
        this.connections = connections;
    }

    /** Runs until there is an answer, a failure, an interrupt, or no time left. Closes the connection. */
    ExitCode execute() throws InterruptedException {
        long deadline = start + TimeUnit.SECONDS.toNanos(timeoutSeconds);
        try {
            perform(exchange.begin());
            while (exitCode.isEmpty()) {
                perform(exchange.on(nextEvent(deadline)));
            }
            return exitCode.get();
        } finally {
            // Nobody takes events from the queue any more, so a thread that waits for space would wait forever.
            queueClosed = true;
            queueSpace.release(MAX_QUEUED_KIB);
            connection.ifPresent(Connection::close);
            ended.countDown();
        }
    }

    /** Ends the run before it handles any other event, and waits up to a second for the connection to close. */
    void interrupt() throws InterruptedException {
        queue.addFirst(new QueuedEvent(ANY_CONNECTION, Event.Interrupted::new, 0));
        ended.await(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    private Event nextEvent(long deadline) throws InterruptedException {
        while (true) {
            long now = clock.nanos();
            // The deadline comes first, because a flood of messages must not delay it.
            long untilDeadline = deadline - now;
            if (untilDeadline <= 0) {
                return new Event.DeadlinePassed(timeoutSeconds);
            }
            long untilConnect = connectAt.map(at -> at - now).orElse(untilDeadline);
            if (untilConnect <= 0) {
                connect();
                continue;
            }
            long untilAlarm = alarmAt.map(at -> at - now).orElse(untilDeadline);
            if (untilAlarm <= 0) {
                alarmAt = Optional.empty();
                return new Event.Alarm();
            }
            QueuedEvent next = clock.poll(queue, Math.min(untilDeadline, Math.min(untilConnect, untilAlarm)));
            if (next != null) {
                queueSpace.release(next.kib());
                if (next.connectionNumber() == connectionNumber || next.connectionNumber() == ANY_CONNECTION) {
                    return next.event().get();
                }
            }
        }
    }

    private void connect() {
        connectAt = Optional.empty();
        connectionNumber++;
        Connection next = connections.apply(new QueueingListener(connectionNumber));
        connection = Optional.of(next);
        next.connect();
    }

    /** Puts what one connection reports into the queue. */
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
            queueSpace.acquireUninterruptibly(kib);
            if (queueClosed) {
                queueSpace.release(kib);
                return;
            }
            queue.addLast(new QueuedEvent(number, () -> event, kib));
        }

        @Override
        public void crashed(Throwable cause) {
            queue.addFirst(new QueuedEvent(
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

    private void perform(List<Effect> effects) {
        for (Effect effect : effects) {
            effect.performWith(performer);
        }
    }

    private final class EffectPerformer implements Effect.Performer {
        @Override
        public void connect(Duration delay) {
            connection.ifPresent(Connection::close);
            connection = Optional.empty();
            connectionNumber++;
            connectAt = Optional.of(clock.nanos() + delay.toNanos());
        }

        @Override
        public void setAlarm(Duration delay) {
            alarmAt = Optional.of(clock.nanos() + delay.toNanos());
        }

        @Override
        public void subscribe(List<String> topics) {
            connection.orElseThrow().subscribe(topics);
        }

        @Override
        public void publish(String topic, byte[] payload) {
            connection.orElseThrow().publish(topic, payload);
        }

        @Override
        public void note(String text) {
            terminal.note(text);
        }

        @Override
        public void warn(String text) {
            terminal.warn(text);
        }

        @Override
        public void finish(byte[] answer) {
            try {
                answers.write(answer);
                answers.write('\n');
                answers.flush();
                exitCode = Optional.of(ExitCode.ANSWERED);
            } catch (IOException e) {
                fail(new Failure(
                        ExitCode.OUTPUT_FAILED,
                        "writing the answer to standard output: " + e.getMessage(),
                        "see that what reads it stays open, or that the disk is not full"));
            }
        }

        @Override
        public void stop() {
            exitCode = Optional.of(ExitCode.INTERRUPTED);
        }

        @Override
        public void fail(Failure failure) {
            terminal.error(failure.problem(), failure.hint());
            exitCode = Optional.of(failure.exitCode());
        }
    }
}
