package securemqtt.load;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** Prepares and starts many clients, and waits until each is done or has given up. */
final class ClientGroup implements AutoCloseable {
    /** The number of clients that connect at the same time. A broker's queue for new connections is short. */
    private static final int CONNECTING_AT_ONCE = 64;

    private static final long CHECK_INTERVAL_MILLIS = 50;

    private final List<Client> clients;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "watch");
        thread.setDaemon(true);
        return thread;
    });

    /** The start times of the first and the last client, as values of {@link System#nanoTime}. */
    record Starts(long first, long last) {}

    /**
     * @param timeout the longest wait of a client, in nanoseconds
     * @param onCheck called at each check of the clients' timeouts
     */
    ClientGroup(List<Client> clients, long timeout, Runnable onCheck) {
        this.clients = clients;
        watch.scheduleWithFixedDelay(
                () -> {
                    long now = System.nanoTime();
                    clients.forEach(client -> client.expire(now, timeout));
                    onCheck.run();
                },
                CHECK_INTERVAL_MILLIS,
                CHECK_INTERVAL_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    /** Prepares all clients. If one fails, all give up and this returns false. */
    boolean prepare() throws InterruptedException {
        Semaphore places = new Semaphore(CONNECTING_AT_ONCE);
        AtomicBoolean failed = new AtomicBoolean();
        for (Client client : clients) {
            places.acquire();
            if (failed.get()) {
                break;
            }
            client.prepare().thenRun(() -> {
                if (client.state() != ClientState.READY) {
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
     * Starts all clients and waits until they have ended.
     *
     * @param within the time over which the starts are spread evenly, in nanoseconds
     * @param atOnce the largest number of clients that run at the same time; the others wait
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
