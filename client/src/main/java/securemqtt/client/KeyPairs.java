package securemqtt.client;

import java.security.SecureRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;

/** Supplies a new key pair at each call. Another thread generates the first one while the program starts. */
final class KeyPairs implements Supplier<DhKeyPair> {
    private static KeyPairs prepared;

    private final SecureRandom random;
    private FutureTask<DhKeyPair> next;

    private KeyPairs(SecureRandom random) {
        this.random = random;
        this.next = newTask();
        Thread maker = new Thread(next, "key-pair");
        maker.setDaemon(true);
        maker.start();
    }

    /** Starts to generate the first key pair, for {@link #take}. */
    static synchronized void begin() {
        prepared = new KeyPairs(new SecureRandom());
    }

    /** Returns what {@link #begin} started, if no earlier call did; otherwise starts to generate a key pair. */
    static synchronized KeyPairs take() {
        KeyPairs taken = prepared == null ? new KeyPairs(new SecureRandom()) : prepared;
        prepared = null;
        return taken;
    }

    private FutureTask<DhKeyPair> newTask() {
        return new FutureTask<>(() -> DhKeyPair.generate(DhGroup.lab(), random));
    }

    @Override
    public DhKeyPair get() {
        // Has no effect if another thread runs the task or has run it.
        next.run();
        try {
            return next.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            next = newTask();
        }
    }
}
