package securemqtt.responder.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import securemqtt.protocol.NetId;

class FairThreadPoolTest {
    private static final NetId GREEDY = new NetId("greedy");
    private static final NetId MODEST = new NetId("modest");

    private final FairThreadPool pool = new FairThreadPool("test", 1, 8, 100);
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch mayGoOn = new CountDownLatch(1);
    private final List<String> dropped = Collections.synchronizedList(new ArrayList<>());
    private final List<String> done = Collections.synchronizedList(new ArrayList<>());

    /** Everything that a test offers waits behind this task. */
    @BeforeEach
    void blockTheThread() throws InterruptedException {
        pool.offer(
                new NetId("busy"),
                1,
                () -> {
                    begun.countDown();
                    awaitUnchecked(mayGoOn);
                },
                () -> {});
        assertTrue(begun.await(60, TimeUnit.SECONDS));
    }

    @AfterEach
    void releaseTheThread() {
        mayGoOn.countDown();
        pool.close();
    }

    @Test
    void aNetIdWithFewTasksDoesNotWaitForOneWithMany() throws Exception {
        assertTrue(offer(GREEDY, "g1"));
        assertTrue(offer(GREEDY, "g2"));
        assertTrue(offer(MODEST, "m1"));

        finish();

        assertEquals(List.of("g1", "m1", "g2"), done);
    }

    @Test
    void oneNetIdMayFillAQuarterOfTheQueue() {
        assertTrue(offer(GREEDY, "1"));
        assertTrue(offer(GREEDY, "2"));

        assertFalse(offer(GREEDY, "3"));
        assertTrue(offer(MODEST, "4"));
    }

    @Test
    void oneNetIdMayFillAQuarterOfTheMemory() {
        assertTrue(pool.offer(GREEDY, 20, () -> {}, () -> {}));

        assertFalse(pool.offer(GREEDY, 17, () -> {}, () -> {}));
        assertTrue(pool.offer(MODEST, 17, () -> {}, () -> {}));
    }

    @Test
    void dropsLargeTasksForASmallTaskOfTheSameNetId() throws Exception {
        assertTrue(pool.offer(GREEDY, 20, () -> done.add("large"), () -> dropped.add("large")));

        assertTrue(offer(GREEDY, 6, "small"));

        assertEquals(List.of("large"), dropped);
        finish();
        assertEquals(List.of("small"), done);
    }

    @Test
    void neverDropsSmallTasksForAnotherTaskOfTheSameNetId() {
        assertTrue(offer(GREEDY, 15, "first"));

        assertFalse(offer(GREEDY, 15, "second"));
        assertEquals(List.of(), dropped);
    }

    @Test
    void dropsLargeTasksForASmallTaskWhenAllNetIdsHaveAsMany() {
        for (String netId : List.of("a", "b", "c", "d")) {
            assertTrue(pool.offer(new NetId(netId), 25, () -> {}, () -> dropped.add(netId)));
        }

        assertTrue(offer(new NetId("c"), 1, "small"));
        assertEquals(List.of("c"), dropped);
    }

    @Test
    void refusesTasksBeyondTheQueueLimit() {
        for (int i = 0; i < 8; i++) {
            assertTrue(offer(new NetId("n" + i), "x"));
        }

        assertFalse(offer(MODEST, "x"));
        assertEquals(8, pool.waiting());
    }

    @Test
    void refusesTasksBeyondTheMemoryLimit() {
        assertTrue(pool.offer(GREEDY, 60, () -> {}, () -> {}));

        assertFalse(pool.offer(MODEST, 61, () -> {}, () -> {}));
        assertTrue(pool.offer(MODEST, 40, () -> {}, () -> {}));
    }

    /** Otherwise a flood under several NetIDs would shut out all others. */
    @Test
    void dropsATaskOfTheNetIdWithMostTasks() {
        for (String flooder : List.of("a", "b", "c", "d")) {
            assertTrue(offer(new NetId(flooder), flooder + "1"));
            assertTrue(offer(new NetId(flooder), flooder + "2"));
        }

        assertTrue(offer(MODEST, "m"));

        assertEquals(8, pool.waiting());
        assertEquals(1, dropped.size());
        assertTrue(dropped.get(0).endsWith("2"), dropped.toString());
    }

    @Test
    void dropsATaskOfTheNetIdThatTakesMostMemory() {
        for (String flooder : List.of("a", "b", "c", "d")) {
            assertTrue(pool.offer(new NetId(flooder), 25, () -> {}, () -> dropped.add(flooder)));
        }

        assertTrue(pool.offer(MODEST, 20, () -> {}, () -> {}));
        assertEquals(1, dropped.size());
        assertFalse(pool.offer(new NetId("another"), 25, () -> {}, () -> {}));
    }

    @Test
    void dropsNothingIfTheNewTaskStillDoesNotFit() {
        for (String flooder : List.of("a", "b", "c", "d")) {
            assertTrue(pool.offer(new NetId(flooder), 11, () -> {}, () -> dropped.add(flooder)));
            assertTrue(pool.offer(new NetId(flooder), 11, () -> {}, () -> dropped.add(flooder)));
        }

        assertFalse(pool.offer(MODEST, 35, () -> {}, () -> {}));

        assertEquals(List.of(), dropped);
    }

    @Test
    void dropsOnlyTasksOfTheNetIdWithMost() {
        FairThreadPool idle = new FairThreadPool("idle", 0, 100, 8500);
        SplittableRandom seeded = new SplittableRandom(1);
        Map<NetId, Deque<Integer>> waiting = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            NetId netId = new NetId("n" + seeded.nextInt(20));
            // All tasks are large, because a NetID's small task would drop its large ones.
            int kibibytes = 17 * (1 + seeded.nextInt(seeded.nextBoolean() ? 4 : 40));
            Runnable giveWay = () -> {
                dropped.add(netId.value());
                assertTrue(number(waiting.get(netId)) == most(waiting, FairThreadPoolTest::number)
                        || size(waiting.get(netId)) == most(waiting, FairThreadPoolTest::size));
                waiting.get(netId).removeLast();
            };

            if (idle.offer(netId, kibibytes, () -> {}, giveWay)) {
                waiting.computeIfAbsent(netId, none -> new ArrayDeque<>()).add(kibibytes);
            }

            assertEquals(sum(waiting, FairThreadPoolTest::number), idle.waiting());
            assertTrue(idle.waiting() <= 100);
            assertTrue(sum(waiting, FairThreadPoolTest::size) <= 8500);
        }
        assertTrue(dropped.size() > 100);
    }

    @Test
    void noNetIdHasTwoThreadsWhileOthersWait() throws Exception {
        FairThreadPool two = new FairThreadPool("two", 2, 8, 100);
        CountDownLatch modestDone = new CountDownLatch(1);
        two.offer(GREEDY, 1, () -> awaitUnchecked(mayGoOn), () -> {});
        two.offer(GREEDY, 1, () -> done.add("g2"), () -> {});

        two.offer(MODEST, 1, modestDone::countDown, () -> {});

        assertTrue(modestDone.await(60, TimeUnit.SECONDS));
        assertEquals(List.of(), done);
        mayGoOn.countDown();
        two.close();
        assertEquals(0, two.awaitLastTasks(System.nanoTime() + TimeUnit.MINUTES.toNanos(1)));
        assertEquals(List.of("g2"), done);
    }

    @Test
    void twoNetIdsHaveAThreadEach() throws Exception {
        FairThreadPool two = new FairThreadPool("two", 2, 8, 100);
        CountDownLatch both = new CountDownLatch(2);
        for (NetId netId : List.of(GREEDY, MODEST)) {
            two.offer(
                    netId,
                    1,
                    () -> {
                        both.countDown();
                        awaitUnchecked(both);
                    },
                    () -> {});
        }

        assertTrue(both.await(60, TimeUnit.SECONDS));
        two.close();
    }

    @Test
    void threadsAddedLaterRunTasks() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);

        pool.addThreads(1);
        pool.offer(MODEST, 1, answered::countDown, () -> {});

        assertTrue(answered.await(60, TimeUnit.SECONDS));
    }

    /** Nothing would wait for their tasks to end. */
    @Test
    void addsNoThreadsOnceClosed() throws Exception {
        FairThreadPool idle = new FairThreadPool("idle", 0, 8, 100);
        idle.offer(MODEST, 1, () -> {}, () -> {});
        idle.close();

        idle.addThreads(1);

        assertEquals(1, idle.awaitLastTasks(System.nanoTime() + TimeUnit.MINUTES.toNanos(1)));
    }

    @Test
    void refusesNewTasksAndRunsWaitingOnesOnceClosed() throws Exception {
        offer(MODEST, "waits");
        pool.close();

        assertFalse(offer(MODEST, "new"));
        mayGoOn.countDown();
        assertEquals(0, pool.awaitLastTasks(System.nanoTime() + TimeUnit.MINUTES.toNanos(1)));
        assertEquals(List.of("waits"), done);
    }

    @Test
    void countsTasksThatDoNotRunBeforeTheDeadline() throws Exception {
        offer(MODEST, "waits");
        pool.close();

        assertEquals(1, pool.awaitLastTasks(System.nanoTime()));
    }

    private static int number(Deque<Integer> sizes) {
        return sizes.size();
    }

    private static int size(Deque<Integer> sizes) {
        return sizes.stream().mapToInt(Integer::intValue).sum();
    }

    private static int most(Map<NetId, Deque<Integer>> waiting, ToIntFunction<Deque<Integer>> amount) {
        return waiting.values().stream().mapToInt(amount).max().orElseThrow();
    }

    private static int sum(Map<NetId, Deque<Integer>> waiting, ToIntFunction<Deque<Integer>> amount) {
        return waiting.values().stream().mapToInt(amount).sum();
    }

    private boolean offer(NetId netId, String name) {
        return offer(netId, 1, name);
    }

    private boolean offer(NetId netId, int kibibytes, String name) {
        return pool.offer(netId, kibibytes, () -> done.add(name), () -> dropped.add(name));
    }

    private void finish() throws InterruptedException {
        mayGoOn.countDown();
        pool.close();
        pool.awaitLastTasks(System.nanoTime() + TimeUnit.MINUTES.toNanos(1));
    }

    private static void awaitUnchecked(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
