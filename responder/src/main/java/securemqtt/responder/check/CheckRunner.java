package securemqtt.responder.check;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import securemqtt.protocol.RefusedException;

/** Plays cases side by side. */
final class CheckRunner {
    private final List<String> command;
    private final Vertx vertx;
    private final Semaphore jobs;

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

        NotRunnableException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /**
     * Plays the cases, those that wait longest first.
     *
     * @param ended hears of each case as it ends, on the calling thread
     * @throws NotRunnableException if the command cannot be run
     * @throws InterruptedException if the caller was interrupted; cases that still ran are given up
     */
    void run(List<CheckCase> cases, Consumer<CheckResult> ended) throws NotRunnableException, InterruptedException {
        ExecutorService threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "check");
            thread.setDaemon(true);
            return thread;
        });
        try {
            CompletionService<CheckResult> playing = new ExecutorCompletionService<>(threads);
            List<CheckCase> slowFirst = new ArrayList<>(cases);
            slowFirst.sort((a, b) -> Boolean.compare(b.isIdle(), a.isIdle()));
            slowFirst.forEach(one -> playing.submit(task(one)));
            for (int i = 0; i < cases.size(); i++) {
                ended.accept(playing.take().get());
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof NotRunnableException notRunnable) {
                throw notRunnable;
            }
            throw new IllegalStateException("a case failed with an internal error", e.getCause());
        } finally {
            threads.shutdownNow();
        }
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

    private CheckResult play(CheckCase one) throws IOException, InterruptedException, NotRunnableException {
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
            throw new NotRunnableException(e);
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
