package securemqtt.client;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import securemqtt.broker.FileErrors;
import securemqtt.broker.UnusableOptionException;

/** Reads standard input and files, within the time that the whole run may take. */
final class Input {
    private final MonotonicClock clock;
    private final long start;
    private final int timeoutSeconds;

    /**
     * @param start when the run began, by {@code clock}
     * @param timeoutSeconds how long the whole run may take
     */
    Input(MonotonicClock clock, long start, int timeoutSeconds) {
        this.clock = clock;
        this.start = start;
        this.timeoutSeconds = timeoutSeconds;
    }

    /** The input is unusable, or did not end in time. The failure is for the user. */
    static final class InputException extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient Failure failure;

        InputException(ExitCode exitCode, String problem, String hint) {
            super(problem);
            this.failure = new Failure(exitCode, problem, hint);
        }

        Failure failure() {
            return failure;
        }
    }

    /**
     * Reads all of standard input.
     *
     * @param most the number of bytes that standard input may have
     */
    byte[] standardInput(int most) throws InputException, InterruptedException {
        String name = "standard input";
        byte[] bytes = read(name, () -> System.in.readNBytes(most + 1));
        if (bytes.length > most) {
            throw unusable(name + " is longer than " + most + " bytes");
        }
        return bytes;
    }

    /**
     * Reads from a source that may block, such as a pipe. A blocked read cannot be interrupted, so it gets its own
     * thread.
     *
     * @param name how an error line names the source
     */
    <T> T read(String name, Callable<T> source) throws InputException, InterruptedException {
        FutureTask<T> task = new FutureTask<>(source);
        Thread reader = new Thread(task, "input");
        reader.setDaemon(true);
        reader.start();
        try {
            long left = TimeUnit.SECONDS.toNanos(timeoutSeconds) - (clock.nanos() - start);
            return task.get(left, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new InputException(
                    ExitCode.NO_ANSWER,
                    "no answer within " + timeoutSeconds + " s: still reading " + name,
                    "end the input (Ctrl-D ends typed input), or allow more time with --timeout");
        } catch (ExecutionException e) {
            throw unusable(problem(name, e.getCause()));
        }
    }

    private static String problem(String name, Throwable cause) {
        if (cause instanceof UnusableOptionException unusable) {
            return unusable.getMessage();
        }
        if (cause instanceof IOException unreadable) {
            return FileErrors.reading(name, unreadable);
        }
        if (cause instanceof Error error) {
            // For example, too little memory, which the command line reports.
            throw error;
        }
        throw new IllegalStateException("reading " + name + " failed", cause);
    }

    private static InputException unusable(String problem) {
        return new InputException(ExitCode.USAGE, problem, "");
    }
}
