package securemqtt.responder.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CheckRunnerTest {
    private static final Expectation WORKS = new Expectation("it works", observed -> Optional.empty());

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close();
    }

    @Test
    void aStopKillsTheClientsThatStillRun() throws Exception {
        CompletableFuture<ClientProcess> started = new CompletableFuture<>();
        CheckCase endless = CheckFixtures.oneCase(
                "endless",
                CheckCase.Kind.LAB,
                trial -> {
                    ClientProcess client = trial.start(List.of("600"));
                    started.complete(client);
                    trial.await(client);
                },
                List.of(WORKS));
        CheckCase quick = CheckFixtures.oneCase(
                "quick", CheckCase.Kind.LAB, trial -> trial.await(trial.start(List.of("0"))), List.of(WORKS));
        CheckRunner runner = new CheckRunner(List.of("sleep"), vertx, 2);
        List<String> ended = new ArrayList<>();

        runner.run(List.of(endless, quick), result -> {
            ended.add(result.check().id());
            started.join();
            runner.stop();
        });

        assertEquals(List.of("quick"), ended);
        assertFalse(started.get(60, TimeUnit.SECONDS).isAlive());
    }

    @Test
    void aCaseThatTheCheckCannotPlayIsNotPassed() throws Exception {
        CheckRunner runner = new CheckRunner(List.of("sh"), vertx, 1);
        CheckCase broken = CheckFixtures.oneCase(
                "broken",
                CheckCase.Kind.LAB,
                trial -> {
                    throw new IOException("port 1 is in use");
                },
                List.of(WORKS));
        List<CheckResult> ended = new ArrayList<>();

        runner.run(List.of(broken), ended::add);

        assertEquals(CheckResult.Outcome.FAIL, ended.get(0).outcome());
        assertEquals(
                "nothing, because the check itself failed: port 1 is in use; play the case again",
                ended.get(0).seen());
    }

    /** A terminal sends Ctrl-C to the client and to this program. */
    @Test
    void aClientThatCtrlCEndedIsNoFailure() throws Exception {
        CheckRunner runner = new CheckRunner(List.of("sh"), vertx, 1);
        CheckCase interrupted = CheckFixtures.oneCase(
                "interrupted",
                CheckCase.Kind.LAB,
                trial -> {
                    trial.run(List.of("-c", "kill -INT $$"));
                    CompletableFuture.runAsync(runner::stop);
                },
                List.of(new Expectation("it works", observed -> Optional.of("it does not"))));
        List<CheckResult> ended = new ArrayList<>();

        runner.run(List.of(interrupted), ended::add);

        assertEquals(List.of(), ended);
    }
}
