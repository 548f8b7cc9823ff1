package securemqtt.responder.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import securemqtt.protocol.NetId;

class StepLogTest {
    private static final NetId NET_ID = new NetId("le0nh4rt");

    private final List<String> log = Collections.synchronizedList(new ArrayList<>());

    @Test
    void eachLineNamesItsNetIdInTheOrderOfArrival() {
        StepLog steps = new StepLog(log::add);

        steps.add(NET_ID, List.of("private: 1", "step: 2"));
        steps.add(new NetId("a\u202Eb"), List.of("step: 3"));
        steps.close();

        assertEquals(List.of("le0nh4rt: private: 1", "le0nh4rt: step: 2", "a\\u{202e}b: step: 3"), log);
    }

    @Test
    void aLogThatStandsStillDelaysNobodyAndTheMissingMessagesAreCounted() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        StepLog steps = new StepLog(line -> {
            busy.countDown();
            awaitUnchecked(release);
            log.add(line);
        });
        steps.add(NET_ID, List.of("step: 0"));
        assertTrue(busy.await(10, TimeUnit.SECONDS));

        for (int i = 0; i < 1_007; i++) {
            steps.add(NET_ID, List.of("step: 1"));
        }
        release.countDown();
        steps.close();

        assertEquals("the steps of 7 messages are missing here, because too many lines waited", log.get(1));
        assertEquals(1_002, log.size());
    }

    @Test
    void stepsAfterTheEndAreIgnored() {
        StepLog steps = new StepLog(log::add);
        steps.close();

        steps.add(NET_ID, List.of("step: 1"));

        assertEquals(List.of(), log);
    }

    private static void awaitUnchecked(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
