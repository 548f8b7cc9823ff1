package securemqtt.client;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import securemqtt.broker.FileErrors;
import securemqtt.broker.OptionFile;
import securemqtt.broker.UnusableFileException;

/** What the user hands over beside the arguments, files and standard input, read within the time of the run. */
final class Input {
    private final MonotonicClock time;
    private final long start;
    private final int timeoutSeconds;

    /**
     * @param start when the time allowed began, by {@code time}
     * @param timeoutSeconds the time allowed for the whole run
     */
    Input(MonotonicClock time, long start, int timeoutSeconds) {
        this.time = time;
        this.start = start;
        this.timeoutSeconds = timeoutSeconds;
    }

    /** Why there is no input, in the user's words. */
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

    /** All of standard input, at most so many bytes. */
    byte[] standardInput(int most) throws InputException, InterruptedException {
        String name = "standard input";
        byte[] bytes = read(name, () -> System.in.readNBytes(most + 1));
        if (bytes.length > most) {
            throw unusable(name + " is longer than " + most + " bytes");
        }
        return bytes;
    }

    /** All of a file, at most so many bytes. It may be a pipe. */
    byte[] file(OptionFile file, int most) throws InputException, InterruptedException {
        return read(file.toString(), () -> file.read(most));
    }

    /** On a thread of its own, because a read that waits cannot be told that the time is up. */
    private byte[] read(String what, Callable<byte[]> source) throws InputException, InterruptedException {
        FutureTask<byte[]> all = new FutureTask<>(source);
        Thread reader = new Thread(all, "input");
        reader.setDaemon(true);
        reader.start();
        try {
            long left = TimeUnit.SECONDS.toNanos(timeoutSeconds) - (time.nanos() - start);
            return all.get(left, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new InputException(
                    ExitCode.NO_ANSWER,
                    "no answer within " + timeoutSeconds + " s: still reading " + what,
                    "see that it ends (Ctrl-D ends what is typed), or allow more time with --timeout");
        } catch (ExecutionException e) {
            throw unusable(inWords(what, e.getCause()));
        }
    }

    private static String inWords(String what, Throwable cause) {
        if (cause instanceof UnusableFileException unusable) {
            return unusable.getMessage();
        }
        if (cause instanceof IOException unreadable) {
            return FileErrors.reading(what, unreadable);
        }
        if (cause instanceof Error error) {
            // Such as too little memory, which the command line reports.
            throw error;
        }
        throw new IllegalStateException("reading " + what + " failed", cause);
    }

    private static InputException unusable(String problem) {
        return new InputException(ExitCode.USAGE, problem, "");
    }
}
