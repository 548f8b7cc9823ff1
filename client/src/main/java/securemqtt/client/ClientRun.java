package securemqtt.client;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * One run of the client. It hands each event to the {@link Exchange} and performs the effects that the exchange
 * returns, on one thread, until the run ends.
 */
final class ClientRun {
    /** The time that {@link #interrupt} gives the connection to send DISCONNECT and close. */
    private static final long CLOSE_TIMEOUT_SECONDS = 1;

    private final Exchange exchange;
    private final int timeoutSeconds;
    private final long start;
    private final MonotonicClock clock;
    private final Terminal terminal;
    private final OutputStream answers;
    private final Function<Connection.Listener, Connection> connections;
    private final Effect.Performer performer = new EffectPerformer();
    private final EventQueue queue = new EventQueue();
    private final CountDownLatch ended = new CountDownLatch(1);

    /** The connection in use; empty before the first one, and before each reconnection. */
    private Optional<Connection> connection = Optional.empty();
    /** The time to make the next connection, in nanoseconds by {@link #clock}; empty if none is due. */
    private Optional<Long> connectAt = Optional.empty();
    /** The time to report {@link Event.Alarm}, in nanoseconds by {@link #clock}; empty if no alarm is set. */
    private Optional<Long> alarmAt = Optional.empty();
    /** Empty until the run ends. */
    private Optional<ExitCode> exitCode = Optional.empty();

    /**
     * @param timeoutSeconds the time for the whole run
     * @param start when that time began, in nanoseconds by {@code clock}
     * @param answers gets the answer and a newline
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
            // Otherwise the connection's thread could wait forever for space in the queue.
            queue.close();
            connection.ifPresent(Connection::close);
            ended.countDown();
        }
    }

    /** Ends the run before it handles any other event, and waits up to a second for the connection to close. */
    void interrupt() throws InterruptedException {
        queue.interrupt();
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
            Optional<Event> next = queue.poll(clock, Math.min(untilDeadline, Math.min(untilConnect, untilAlarm)));
            if (next.isPresent()) {
                return next.get();
            }
        }
    }

    private void connect() {
        connectAt = Optional.empty();
        Connection next = connections.apply(queue.newConnection());
        connection = Optional.of(next);
        next.connect();
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
            queue.dropConnection();
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
        public void showSecret(String line) {
            terminal.showSecret(line);
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
                        "keep its reader open, or free space on the disk"));
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
