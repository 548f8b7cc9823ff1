package securemqtt.load;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.Fernet;
import securemqtt.protocol.RefusedException;

/** Computes the clients' Diffie-Hellman keys, with one thread per processor. */
final class KeyComputations implements AutoCloseable {
    private static final int WARM_UP_ROUNDS = 3_000;
    private static final int WARM_UP_LENGTH = 64;

    private final ExecutorService threads;
    private final SecureRandom random = new SecureRandom();

    KeyComputations() {
        AtomicInteger number = new AtomicInteger();
        threads = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors(), work -> {
            Thread thread = new Thread(work, "keys-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    CompletableFuture<DhKeyPair> pair() {
        return CompletableFuture.supplyAsync(() -> DhKeyPair.generate(DhGroup.lab(), random), threads);
    }

    /** Computes the session key; fails with {@link RefusedException} if the responder's key is invalid. */
    CompletableFuture<Fernet> agree(DhKeyPair own, byte[] pem) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return new Fernet(
                                own.agree(DhPublicKey.parse(DhGroup.lab(), pem)), InstantSource.system(), random);
                    } catch (RefusedException e) {
                        throw new CompletionException(e);
                    }
                },
                threads);
    }

    /**
     * Runs the clients' computations until the JVM has compiled them, so that the measurement excludes compilation.
     */
    void warmUp() {
        CompletableFuture<DhKeyPair> one = pair();
        CompletableFuture<DhKeyPair> other = pair();
        Fernet fernet = agree(one.join(), other.join().publicKey().toPem()).join();
        byte[] text = new byte[WARM_UP_LENGTH];
        try {
            for (int i = 0; i < WARM_UP_ROUNDS; i++) {
                fernet.decrypt(fernet.encrypt(text));
            }
        } catch (RefusedException e) {
            throw new IllegalStateException("our own token is refused", e);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        try {
            threads.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
