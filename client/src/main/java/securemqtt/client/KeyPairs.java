package securemqtt.client;

import java.security.SecureRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;

/** A fresh key pair at every call. The first is in the making from the start of the program, on another thread. */
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

    /** Makes the first before anybody asks for it. */
    static synchronized void begin() {
        prepared = new KeyPairs(new SecureRandom());
    }

    /** Those that were prepared; others once these were taken, or if none were. */
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
        // Does nothing if it was run already, or is just being run.
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
