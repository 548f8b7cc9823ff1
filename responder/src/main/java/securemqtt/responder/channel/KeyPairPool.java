package securemqtt.responder.channel;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import securemqtt.protocol.DhKeyPair;

/**
 * Key pairs made beforehand, while there was nothing else to do: in a crowd of new clients they save half of the work. Each
 * is handed out once. Where there is none left, one is made at once.
 */
final class KeyPairPool implements Supplier<DhKeyPair>, AutoCloseable {
    /** Between two key pairs, so that the processor stays free for whatever comes. */
    private static final long PAUSE_MILLIS = 20;

    private final BlockingQueue<DhKeyPair> prepared;
    private final Supplier<DhKeyPair> generator;
    private final BooleanSupplier idle;
    private final Thread worker = new Thread(this::fill, "key-pairs");

    /**
     * @param max how many are made beforehand
     * @param generator makes a fresh one; from several threads at once
     * @param idle whether there is nothing else to do
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
            // Closed.
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        worker.interrupt();
    }
}
