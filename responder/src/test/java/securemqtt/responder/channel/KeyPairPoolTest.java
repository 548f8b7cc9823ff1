package securemqtt.responder.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;

class KeyPairPoolTest {
    private static final int MOST = 2;

    private final Set<String> makers = ConcurrentHashMap.newKeySet();
    /** The capacity, and one more key pair that waits for room. */
    private final CountDownLatch full = new CountDownLatch(MOST + 1);

    @Test
    void makesKeyPairsInAdvanceAndHandsOutEachOnce() throws Exception {
        try (KeyPairPool pool = new KeyPairPool(MOST, this::make, () -> true)) {
            assertTrue(full.await(60, TimeUnit.SECONDS));
            assertEquals(Set.of("key-pairs"), makers);

            assertNotSame(pool.get(), pool.get());
            assertEquals(Set.of("key-pairs"), makers);
        }
    }

    @Test
    void makesNoKeyPairInAdvanceWhileThereIsOtherWork() {
        try (KeyPairPool pool = new KeyPairPool(MOST, this::make, () -> false)) {
            pool.get();
            pool.get();

            assertEquals(Set.of(Thread.currentThread().getName()), makers);
        }
    }

    private DhKeyPair make() {
        makers.add(Thread.currentThread().getName());
        full.countDown();
        return DhKeyPair.generate(DhGroup.lab(), new SecureRandom());
    }
}
