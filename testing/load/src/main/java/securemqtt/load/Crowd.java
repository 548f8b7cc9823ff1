package securemqtt.load;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** Has many clients prepare themselves and start, and waits until the last one is done or given up. */
final class Crowd implements AutoCloseable {
    /** How many connect at a time: a broker's queue for new connections is short. */
    private static final int CONNECTING_AT_ONCE = 64;

    private static final long LOOK_MILLIS = 50;

    private final List<Client> clients;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "watch");
        thread.setDaemon(true);
        return thread;
    });

    /** When the first and the last client started, in nanoseconds of {@link System#nanoTime}. */
    record Starts(long first, long last) {}

    /**
     * @param patience how long a client may wait, in nanoseconds
     * @param look called now and then
     */
    Crowd(List<Client> clients, long patience, Runnable look) {
        this.clients = clients;
        watch.scheduleWithFixedDelay(
                () -> {
                    long now = System.nanoTime();
                    clients.forEach(client -> client.expire(now, patience));
                    look.run();
                },
                LOOK_MILLIS,
                LOOK_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    /** Has all prepare themselves. If that fails for one, it fails for all: false. */
    boolean prepare() throws InterruptedException {
        Semaphore places = new Semaphore(CONNECTING_AT_ONCE);
        AtomicBoolean failed = new AtomicBoolean();
        for (Client client : clients) {
            places.acquire();
            if (failed.get()) {
                break;
            }
            client.prepare().thenRun(() -> {
                if (client.stage() != Stage.READY) {
                    failed.set(true);
                }
                places.release();
            });
        }
        if (!failed.get()) {
            places.acquire(CONNECTING_AT_ONCE);
        }
        if (failed.get()) {
            clients.forEach(Client::giveUp);
        }
        return !failed.get();
    }

    /**
     * Starts all and waits for their end.
     *
     * @param within how long it takes until the last one starts, in nanoseconds
     * @param atOnce how many may be under way at a time; who comes later waits
     */
    Starts run(long within, int atOnce) throws InterruptedException {
        Semaphore places = new Semaphore(atOnce);
        long start = System.nanoTime();
        long last = start;
        for (int i = 0; i < clients.size(); i++) {
            sleepUntil(start + (long) ((double) within * i / clients.size()));
            places.acquire();
            Client client = clients.get(i);
            last = System.nanoTime();
            client.start();
            client.ended().thenRun(places::release);
        }
        CompletableFuture.allOf(clients.stream().map(Client::ended).toArray(CompletableFuture<?>[]::new))
                .join();
        return new Starts(start, last);
    }

    private static void sleepUntil(long time) throws InterruptedException {
        for (long left = time - System.nanoTime(); left > 0; left = time - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }
}
