package securemqtt.client;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** One run: hands events to the exchange, one after the other, and does what it decides, until the end. */
final class Run {
    private static final long GOODBYE_SECONDS = 1;

    private final Exchange exchange;
    private final int timeoutSeconds;
    private final LongSupplier nanoTime;
    private final Terminal terminal;
    private final OutputStream answers;
    private final BlockingDeque<Event> events = new LinkedBlockingDeque<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    /**
     * @param timeoutSeconds the time allowed for all of it, from the call of {@link #toTheEnd}
     * @param nanoTime a clock that only ever goes forward, in nanoseconds
     * @param answers where the answer goes, and a newline after it
     */
    Run(Exchange exchange, int timeoutSeconds, LongSupplier nanoTime, Terminal terminal, OutputStream answers) {
        this.exchange = exchange;
        this.timeoutSeconds = timeoutSeconds;
        this.nanoTime = nanoTime;
        this.terminal = terminal;
        this.answers = answers;
    }

    /** @param connections makes the connection that reports to the given consumer, from any thread */
    ExitCode toTheEnd(Function<Consumer<Event>, Connection> connections) throws InterruptedException {
        long deadline = nanoTime.getAsLong() + TimeUnit.SECONDS.toNanos(timeoutSeconds);
        try (Connection connection = connections.apply(events::add)) {
            connection.connect();
            while (true) {
                for (Effect effect : exchange.on(nextEvent(deadline))) {
                    Optional<ExitCode> end = perform(effect, connection);
                    if (end.isPresent()) {
                        return end.get();
                    }
                }
            }
        } finally {
            ended.countDown();
        }
    }

    /** Makes the run end before anything else happens, and waits a moment until the connection is closed. */
    void interrupt() throws InterruptedException {
        events.addFirst(new Event.Interrupted());
        ended.await(GOODBYE_SECONDS, TimeUnit.SECONDS);
    }

    private Event nextEvent(long deadline) throws InterruptedException {
        long left = deadline - nanoTime.getAsLong();
        // The deadline comes first: a flood of messages must not keep it off.
        Event event = left > 0 ? events.poll(left, TimeUnit.NANOSECONDS) : null;
        return event != null ? event : new Event.DeadlinePassed(timeoutSeconds);
    }

    /** What the run ends with, if this was its end. */
    private Optional<ExitCode> perform(Effect effect, Connection connection) {
        if (effect instanceof Effect.Subscribe subscribe) {
            connection.subscribe(subscribe.topics());
        } else if (effect instanceof Effect.Publish publish) {
            connection.publish(publish.topic(), publish.payload());
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
