package securemqtt.client;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/** One run: hands events to the exchange, one after the other, and does what it decides, until the end. */
final class ClientRun {
    private static final long GOODBYE_SECONDS = 1;
    /** What may wait of received messages. Beyond that the connection is read no further until some were looked at. */
    private static final int MOST_WAITING_KIB = 32 * 1024;
    /** The generation of what no connection tells. */
    private static final int ALWAYS_HEARD = 0;

    private final Exchange exchange;
    private final int timeoutSeconds;
    private final long start;
    private final MonotonicClock time;
    private final Terminal terminal;
    private final OutputStream answers;
    private final Function<Connection.Listener, Connection> connections;
    private final BlockingDeque<Report> reports = new LinkedBlockingDeque<>();
    private final Semaphore room = new Semaphore(MOST_WAITING_KIB);
    private volatile boolean over;
    private final CountDownLatch ended = new CountDownLatch(1);

    /** The connection in use; none at first and while the next one is waited for. */
    private Optional<Connection> connection = Optional.empty();
    /** Counts the connections, so that late reports of an earlier one are known as such. */
    private int generation;
    /** When the next connection is due, by {@link #time}; empty if none is. */
    private Optional<Long> connectAt = Optional.empty();
    /** When the exchange wants to be told that time has passed, by {@link #time}; empty if it does not. */
    private Optional<Long> alarmAt = Optional.empty();

    /**
     * What a connection of a given generation tells, and how much room it takes until it was looked at.
     *
     * @param event throws what the connection met, if it has no words for that
     */
    private record Report(int generation, Supplier<Event> event, int kibibytes) {}

    /**
     * @param timeoutSeconds the time allowed for all of it
     * @param start when that time began, by {@code time}
     * @param answers where the answer goes, and a newline after it
     * @param connections makes a connection that reports to the given listener
     */
    ClientRun(
            Exchange exchange,
            int timeoutSeconds,
            long start,
            MonotonicClock time,
            Terminal terminal,
            OutputStream answers,
            Function<Connection.Listener, Connection> connections) {
        this.exchange = exchange;
        this.timeoutSeconds = timeoutSeconds;
        this.start = start;
        this.time = time;
        this.terminal = terminal;
        this.answers = answers;
        this.connections = connections;
    }

    ExitCode toTheEnd() throws InterruptedException {
        long deadline = start + TimeUnit.SECONDS.toNanos(timeoutSeconds);
        try {
            Optional<ExitCode> end = perform(exchange.begin());
            while (end.isEmpty()) {
                end = perform(exchange.on(nextEvent(deadline)));
            }
            return end.get();
        } finally {
            // Whoever waits for room is let go, once and for all: nothing is looked at any more.
            over = true;
            room.release(MOST_WAITING_KIB);
            connection.ifPresent(Connection::close);
            ended.countDown();
        }
    }

    /** Makes the run end before anything else happens, and waits a moment until the connection is closed. */
    void interrupt() throws InterruptedException {
        reports.addFirst(new Report(ALWAYS_HEARD, Event.Interrupted::new, 0));
        ended.await(GOODBYE_SECONDS, TimeUnit.SECONDS);
    }

    private Event nextEvent(long deadline) throws InterruptedException {
        while (true) {
            long now = time.nanos();
            // The deadline comes first: a flood of messages must not keep it off.
            long left = deadline - now;
            if (left <= 0) {
                return new Event.DeadlinePassed(timeoutSeconds);
            }
            long untilConnect = connectAt.map(at -> at - now).orElse(left);
            if (untilConnect <= 0) {
                connect();
                continue;
            }
            long untilAlarm = alarmAt.map(at -> at - now).orElse(left);
            if (untilAlarm <= 0) {
                alarmAt = Optional.empty();
                return new Event.Alarm();
            }
            Report report = time.poll(reports, Math.min(left, Math.min(untilConnect, untilAlarm)));
            if (report != null) {
                room.release(report.kibibytes());
                if (report.generation() == generation || report.generation() == ALWAYS_HEARD) {
                    return report.event().get();
                }
            }
        }
    }

    private static RuntimeException unforeseen(Throwable cause) {
        if (cause instanceof Error error) {
            // Such as too little memory, which the command line reports.
            throw error;
        }
        return new IllegalStateException(cause);
    }

    private void connect() {
        connectAt = Optional.empty();
        generation++;
        int reporter = generation;
        Connection next = connections.apply(new Connection.Listener() {
            @Override
            public void accept(Event event) {
                report(reporter, event);
            }

            @Override
            public void crashed(Throwable cause) {
                reports.addFirst(new Report(
                        ALWAYS_HEARD,
                        () -> {
                            throw unforeseen(cause);
                        },
                        0));
            }
        });
        connection = Optional.of(next);
        next.connect();
    }

    /** Waits while too much is waiting already, and so holds up the thread that reads from the connection. */
    private void report(int reporter, Event event) {
        int kibibytes = event instanceof Event.Received received
                ? Math.min(MOST_WAITING_KIB, 1 + received.payload().length / 1024)
                : 0;
        room.acquireUninterruptibly(kibibytes);
        if (over) {
            room.release(kibibytes);
            return;
        }
        reports.addLast(new Report(reporter, () -> event, kibibytes));
    }

    /** What the run ends with, if this was its end. */
    private Optional<ExitCode> perform(List<Effect> effects) {
        for (Effect effect : effects) {
            Optional<ExitCode> end = perform(effect);
            if (end.isPresent()) {
                return end;
            }
        }
        return Optional.empty();
    }

    private Optional<ExitCode> perform(Effect effect) {
        if (effect instanceof Effect.Connect connect) {
            connection.ifPresent(Connection::close);
            connection = Optional.empty();
            generation++;
            connectAt = Optional.of(time.nanos() + connect.delay().toNanos());
        } else if (effect instanceof Effect.SetAlarm alarm) {
            alarmAt = Optional.of(time.nanos() + alarm.delay().toNanos());
        } else if (effect instanceof Effect.Subscribe subscribe) {
            connection.orElseThrow().subscribe(subscribe.topics());
        } else if (effect instanceof Effect.Publish publish) {
            connection.orElseThrow().publish(publish.topic(), publish.payload());
        } else if (effect instanceof Effect.Note note) {
            terminal.note(note.text());
        } else if (effect instanceof Effect.Warn warning) {
            terminal.warn(warning.text());
        } else if (effect instanceof Effect.Finish finish) {
            return Optional.of(print(finish.answer()));
        } else if (effect instanceof Effect.Stop) {
            return Optional.of(ExitCode.INTERRUPTED);
        } else if (effect instanceof Effect.Fail fail) {
            return Optional.of(give(fail.failure()));
        } else {
            throw new AssertionError(effect);
        }
        return Optional.empty();
    }

    private ExitCode print(byte[] answer) {
        try {
            answers.write(answer);
            answers.write('\n');
            answers.flush();
            return ExitCode.ANSWERED;
        } catch (IOException e) {
            return give(new Failure(
                    ExitCode.OUTPUT_FAILED,
                    "writing the answer to standard output: " + e.getMessage(),
                    "see that what reads it stays open, or that the disk is not full"));
        }
    }

    private ExitCode give(Failure failure) {
        terminal.error(failure.problem(), failure.hint());
        return failure.exitCode();
    }
}
