package securemqtt.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What the user hands over beside the arguments, files and standard input, read within the time of the run. */
final class Input {
    private final Time time;
    private final long start;
    private final int timeoutSeconds;

    /**
     * @param start when the time allowed began, by {@code time}
     * @param timeoutSeconds the time allowed for the whole run
     */
    Input(Time time, long start, int timeoutSeconds) {
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
        return read("standard input", most, System.in::readNBytes);
    }

    /**
     * All of a file, at most so many bytes. It may be a pipe.
     *
     * @param option that names the file
     */
    byte[] file(String option, Path file, int most) throws InputException, InterruptedException {
        return read(option + " " + file, most, length -> {
            try (InputStream in = Files.newInputStream(file)) {
                return in.readNBytes(length);
            }
        });
    }

    private interface Source {
        byte[] read(int length) throws IOException;
    }

    /** On a thread of its own, because a read that waits cannot be told that the time is up. */
    private byte[] read(String what, int most, Source source) throws InputException, InterruptedException {
        FutureTask<byte[]> all = new FutureTask<>(() -> source.read(most + 1));
        Thread reader = new Thread(all, "input");
        reader.setDaemon(true);
        reader.start();
        try {
            long left = TimeUnit.SECONDS.toNanos(timeoutSeconds) - (time.nanos() - start);
            byte[] bytes = all.get(left, TimeUnit.NANOSECONDS);
            if (bytes.length > most) {
                throw unusable(what + " is longer than " + most + " bytes");
            }
            return bytes;
        } catch (TimeoutException e) {
            throw new InputException(
                    ExitCode.NO_ANSWER,
                    "no answer within " + timeoutSeconds + " s: still reading " + what,
                    "see that it ends (Ctrl-D ends what is typed), or allow more time with --timeout");
        } catch (ExecutionException e) {
            throw unusable(
                    e.getCause() instanceof NoSuchFileException
                            ? what + ": there is no such file"
                            : what + " cannot be read: " + e.getCause().getMessage());
        }
    }

    private static InputException unusable(String problem) {
        return new InputException(ExitCode.USAGE, problem, "");
    }
}
