package securemqtt.responder.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import securemqtt.protocol.Refusal;
import securemqtt.protocol.RefusedException;
import securemqtt.protocol.Topics;

class WorkersTest {
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

    private final Workers workers = new Workers(Runnable::run, false);
    private final CountDownLatch mayGoOn = new CountDownLatch(1);

    @AfterEach
    void releaseThreads() throws InterruptedException {
        mayGoOn.countDown();
        workers.close(System.nanoTime() + TimeUnit.SECONDS.toNanos(60));
    }

    @Test
    void answersATextWhileKeyExchangesFillTheirThreadsAndQueue() throws Exception {
        warmUp();
        keepBusy("key-exchange", 2 * PROCESSORS);
        CountDownLatch answered = new CountDownLatch(1);

        workers.execute(request("other", "uppercase"), 1, answered::countDown, () -> {});

        assertTrue(answered.await(60, TimeUnit.SECONDS));
        assertEquals(PROCESSORS, workers.waitingKeyExchanges());
    }

    @Test
    void runsTheFirstKeyExchangesOneAtATime() throws Exception {
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(Workers.WARM_UP);

        for (int i = 0; i < Workers.WARM_UP; i++) {
            workers.execute(
                    request("first-" + i, "key-exchange"),
                    1,
                    () -> {
                        most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                        Thread.yield();
                        underWay.decrementAndGet();
                        all.countDown();
                    },
                    () -> {});
        }

        assertTrue(all.await(60, TimeUnit.SECONDS));
        assertEquals(1, most.get());
    }

    @Test
    void answersAKeyWhileTextsFillTheirThreadsAndQueue() throws Exception {
        keepBusy("uppercase", 2 * PROCESSORS);
        CountDownLatch answered = new CountDownLatch(1);

        workers.execute(request("other", "key-exchange"), 1, answered::countDown, () -> {});

        assertTrue(answered.await(60, TimeUnit.SECONDS));
        assertEquals(PROCESSORS, workers.waitingTransforms());
    }

    @Test
    void refusesNewRequestsOnceClosed() throws Exception {
        workers.close(System.nanoTime());

        assertEquals(
                Refusal.STOPPING,
                assertThrows(
                                RefusedException.class,
                                () -> workers.execute(request("other", "uppercase"), 1, () -> {}, () -> {}))
                        .refusal());
    }

    private void warmUp() throws RefusedException {
        for (int i = 0; i < Workers.WARM_UP; i++) {
            workers.execute(request("first-" + i, "key-exchange"), 1, () -> {}, () -> {});
        }
    }

    /** Gives each of these NetIDs a task that does not end, until the threads are busy. */
    private void keepBusy(String action, int netIds) throws Exception {
        CountDownLatch busy = new CountDownLatch(PROCESSORS);
        for (int i = 0; i < netIds; i++) {
            workers.execute(
                    request("busy-" + i, action),
                    1,
                    () -> {
                        busy.countDown();
                        awaitUnchecked(mayGoOn);
                    },
                    () -> {});
        }
        assertTrue(busy.await(60, TimeUnit.SECONDS));
    }

    private static Topics.Request request(String netId, String action) throws RefusedException {
        return Topics.parseRequest(netId + "/" + action + "/request");
    }

    private static void awaitUnchecked(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
