package securemqtt.responder;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import securemqtt.protocol.NetId;
import securemqtt.protocol.Refusal;
import securemqtt.protocol.RefusedException;
import securemqtt.protocol.Topics;

/**
 * The threads on which requests are answered, as many as there are processors for each kind, so that a crowd of key
 * exchanges neither holds up the connection to the broker nor the texts of those who have their key. Key exchanges of one
 * NetID are done in the order in which they came, or an old key could take the place of a new one.
 */
final class Workers implements AutoCloseable {
    /** At some ten milliseconds each this is a minute's work: whoever came later would not wait for it. */
    private static final int MOST_WAITING = 5_000;
    /** So that large requests fill a small heap no more than small ones do. */
    private static final int MOST_WAITING_KIB = 64 * 1024;

    private static final long LAST_WORK_SECONDS = 8;

    private final Semaphore places = new Semaphore(MOST_WAITING);
    private final Semaphore kibibytes = new Semaphore(MOST_WAITING_KIB);
    private final List<ExecutorService> keyExchanges;
    private final ExecutorService transforms;

    Workers() {
        int processors = Runtime.getRuntime().availableProcessors();
        ThreadFactory threads = daemons("key-exchange");
        keyExchanges = IntStream.range(0, processors)
                .mapToObj(lane -> pool(1, threads))
                .toList();
        transforms = pool(processors, daemons("transform"));
    }

    /**
     * Has a request answered by one of the threads.
     *
     * @param length of the request, in bytes
     * @throws RefusedException if too much waits already, or this was closed
     */
    void execute(Topics.Request request, int length, Runnable work) throws RefusedException {
        int size = 1 + length / 1024;
        if (!places.tryAcquire()) {
            throw new RefusedException(Refusal.OVERLOADED);
        }
        if (!kibibytes.tryAcquire(size)) {
            places.release();
            throw new RefusedException(Refusal.OVERLOADED);
        }
        try {
            lane(request).execute(() -> {
                try {
                    work.run();
                } finally {
                    leave(size);
                }
            });
        } catch (RejectedExecutionException e) {
            leave(size);
            throw new RefusedException(Refusal.OVERLOADED, e);
        }
    }

    private void leave(int size) {
        kibibytes.release(size);
        places.release();
    }

    private ExecutorService lane(Topics.Request request) {
        return request instanceof Topics.KeyExchange ? lane(request.netId()) : transforms;
    }

    private ExecutorService lane(NetId netId) {
        return keyExchanges.get(Math.floorMod(netId.hashCode(), keyExchanges.size()));
    }

    /** Takes nothing new, and waits some seconds for what was begun. */
    @Override
    public void close() {
        List<ExecutorService> all =
                Stream.concat(keyExchanges.stream(), Stream.of(transforms)).toList();
        all.forEach(ExecutorService::shutdown);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LAST_WORK_SECONDS);
        try {
            for (ExecutorService executor : all) {
                executor.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        all.forEach(ExecutorService::shutdownNow);
    }

    private static ExecutorService pool(int threads, ThreadFactory factory) {
        return new ThreadPoolExecutor(threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
    }

    /** Threads by that name, numbered, which do not keep the process from ending. */
    static ThreadFactory daemons(String name) {
        AtomicInteger number = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
