package securemqtt.responder.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class WarmUpTest {
    private final List<String> done = Collections.synchronizedList(new ArrayList<>());

    @Test
    void theFirstKeyExchangesWaitForTheConnection() {
        // The connection has a thread of its own, as in production.
        WarmUp warmUp = warmUp(2, task -> new Thread(() -> {
                    done.add("connection");
                    task.run();
                })
                .start());

        warmUp.run(() -> done.add("first"));
        warmUp.run(() -> done.add("second"));

        assertEquals(List.of("connection", "first", "connection", "second", "over"), done);
    }

    @Test
    void laterKeyExchangesDoNotWait() {
        WarmUp warmUp = warmUp(1, Runnable::run);
        warmUp.run(() -> done.add("first"));

        warmUp.run(() -> done.add("second"));
        warmUp.run(() -> done.add("third"));

        assertEquals(List.of("first", "over", "second", "third"), done);
    }

    @Test
    void runsAKeyExchangeAfterTheConnectionsThreadHasEnded() {
        WarmUp warmUp = warmUp(2, task -> {
            throw new RejectedExecutionException();
        });

        warmUp.run(() -> done.add("first"));

        assertEquals(List.of("first"), done);
    }

    @Test
    void runsAKeyExchangeIfTheConnectionsThreadEndsMeanwhile() {
        WarmUp warmUp = warmUp(2, task -> {});

        warmUp.run(() -> done.add("first"));

        assertEquals(List.of("first"), done);
    }

    private WarmUp warmUp(int keyExchanges, Executor connection) {
        return new WarmUp(keyExchanges, connection, () -> done.add("over"));
    }
}
