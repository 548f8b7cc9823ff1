package securemqtt.responder.check;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import securemqtt.protocol.RefusedException;
import securemqtt.responder.log.LogText;

/** Plays cases side by side, once. */
final class CheckRunner {
    /** The exit code of a client that Ctrl-C ended. */
    private static final int INTERRUPTED_BY_TERMINAL = 130;

    /** How long the signal of a Ctrl-C that ended a client may take to end this program too. */
    private static final long SIGNAL_MILLIS = 200;

    private static final long KILL_SECONDS = 10;

    private final List<String> command;
    private final Vertx vertx;
    private final Semaphore jobs;
    private final BlockingQueue<Future<CheckResult>> ended = new LinkedBlockingQueue<>();
    private final CountDownLatch stopped = new CountDownLatch(1);

    /**
     * @param command the client's program and its own arguments
     * @param jobs how many clients may work at once; those that mostly wait do not count
     */
    CheckRunner(List<String> command, Vertx vertx, int jobs) {
        this.command = command;
        this.vertx = vertx;
        this.jobs = new Semaphore(jobs, true);
    }

    /** The client's program cannot be started. The message says why. */
    static final class NotRunnableException extends Exception {
        private static final long serialVersionUID = 1L;

        /** Java puts the program's name and an error number in front of the system's text. */
        private static final Pattern REASON = Pattern.compile("error=\\d+, (.*)");

        NotRunnableException(String program, IOException cause) {
            super("cannot run '" + LogText.of(program) + "': " + reason(cause.getMessage()), cause);
        }

        private static String reason(String message) {
            Matcher reason = REASON.matcher(message);
            return reason.find() ? reason.group(1).toLowerCase(Locale.ROOT) : message;
        }
    }

    /**
     * Plays the cases, those that wait longest first. When it ends, no client runs any more.
     *
     * @param listener hears of each case as it ends, on the calling thread
     * @throws NotRunnableException if the command cannot be run
     */
    void run(List<CheckCase> cases, Consumer<CheckResult> listener) throws NotRunnableException, InterruptedException {
        ExecutorService threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "check");
            thread.setDaemon(true);
            return thread;
        });
        try {
            CompletionService<CheckResult> playing = new ExecutorCompletionService<>(threads, ended);
            List<CheckCase> slowFirst = new ArrayList<>(cases);
            slowFirst.sort((a, b) -> Boolean.compare(b.isIdle(), a.isIdle()));
            slowFirst.forEach(one -> playing.submit(task(one)));
            for (int i = 0; i < cases.size(); i++) {
                CheckResult result = ended.take().get();
                if (isStopped(result)) {
                    return;
                }
                listener.accept(result);
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof NotRunnableException notRunnable) {
                throw notRunnable;
            }
            throw new IllegalStateException("a case failed with an internal error", e.getCause());
        } finally {
            threads.shutdownNow();
            threads.awaitTermination(KILL_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** Gives up the cases that have not ended, and kills their clients. Any thread may call it. */
    void stop() {
        stopped.countDown();
        // Wakes the thread that waits for the next result.
        ended.add(CompletableFuture.completedFuture(null));
    }

    /**
     * Whether to give up. A terminal sends Ctrl-C to the clients as well, and they may end before this program hears
     * of it. That is no failure of theirs.
     */
    private boolean isStopped(CheckResult result) throws InterruptedException {
        boolean isSuspicious = result != null
                && result.outcome() == CheckResult.Outcome.FAIL
                && result.observation().stream()
                        .flatMap(observed -> observed.runs().stream())
                        .anyMatch(run -> run.exitCode().equals(OptionalInt.of(INTERRUPTED_BY_TERMINAL)));
        return stopped.await(isSuspicious ? SIGNAL_MILLIS : 0, TimeUnit.MILLISECONDS);
    }

    private Callable<CheckResult> task(CheckCase one) {
        return () -> {
            if (one.isIdle()) {
                return play(one);
            }
            jobs.acquire();
            try {
                return play(one);
            } finally {
                jobs.release();
            }
        };
    }

    private CheckResult play(CheckCase one) throws InterruptedException, NotRunnableException {
        long start = System.nanoTime();
        try (Trial trial = new Trial(command, vertx, start + one.deadline().toNanos())) {
            one.scenario().play(trial);
            return judge(one, trial.observation(), Duration.ofNanos(System.nanoTime() - start));
        } catch (CheckCase.SkippedException e) {
            return new CheckResult(
                    one,
                    CheckResult.Outcome.SKIP,
                    expected(one),
                    e.getMessage(),
                    Optional.empty(),
                    Duration.ofNanos(System.nanoTime() - start));
        } catch (ClientProcess.NotStartedException e) {
            throw new NotRunnableException(command.get(0), e);
        } catch (IOException e) {
            // Of the check's own broker or responder, such as a port that another program has taken meanwhile. The case
            // fails, because without it nobody knows that the client is right.
            return new CheckResult(
                    one,
                    CheckResult.Outcome.FAIL,
                    expected(one),
                    "nothing, because the check itself failed: " + e.getMessage() + "; play the case again",
                    Optional.of(new Observation(List.of(), List.of(), List.of(), List.of())),
                    Duration.ofNanos(System.nanoTime() - start));
        } catch (RefusedException e) {
            throw new IllegalStateException("the check's own values were refused", e);
        }
    }

    private static CheckResult judge(CheckCase one, Observation observed, Duration duration) {
        for (Expectation expectation : one.expectations()) {
            Optional<String> deviation = expectation.deviation().apply(observed);
            if (deviation.isPresent()) {
                return new CheckResult(
                        one,
                        CheckResult.Outcome.FAIL,
                        expectation.text(),
                        deviation.get(),
                        Optional.of(observed),
                        duration);
            }
        }
        return new CheckResult(
                one, CheckResult.Outcome.PASS, expected(one), "as expected", Optional.of(observed), duration);
    }

    private static String expected(CheckCase one) {
        return one.expectations().stream().map(Expectation::text).collect(Collectors.joining("; "));
    }
}
