package securemqtt.responder.channel;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import securemqtt.protocol.DhKeyPair;

/**
 * Makes key pairs in advance, while the process is idle. When many new clients arrive at once, this saves half of the
 * work. The pool hands out each key pair once. If it is empty, {@link #get} makes a key pair itself.
 */
final class KeyPairPool implements Supplier<DhKeyPair>, AutoCloseable {
    /** The pause between two key pairs, which leaves the processor free for other work. */
    private static final long PAUSE_MILLIS = 20;

    private final BlockingQueue<DhKeyPair> prepared;
    private final Supplier<DhKeyPair> generator;
    private final BooleanSupplier idle;
    private final Thread worker = new Thread(this::fill, "key-pairs");

    /**
     * @param max how many key pairs to make in advance
     * @param generator makes a new key pair; several threads may call it at once
     * @param idle whether there is no other work
     */
    KeyPairPool(int max, Supplier<DhKeyPair> generator, BooleanSupplier idle) {
        this.prepared = new ArrayBlockingQueue<>(max);
        this.generator = generator;
        this.idle = idle;
        worker.setDaemon(true);
        worker.start();
    }

    @Override
    public DhKeyPair get() {
        DhKeyPair keyPair = prepared.poll();
        return keyPair == null ? generator.get() : keyPair;
    }

    private void fill() {
        try {
            while (true) {
                if (idle.getAsBoolean()) {
                    prepared.put(generator.get());
                }
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            // The pool is closed.
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        worker.interrupt();
    }
}
