package securemqtt.client;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** A clock that only goes forward, and waiting by that clock. Tests replace it to control the time. */
interface MonotonicClock {
    /** The clock of the system. */
    MonotonicClock SYSTEM = new MonotonicClock() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public <T> T poll(BlockingQueue<T> queue, long nanos) throws InterruptedException {
            return queue.poll(nanos, TimeUnit.NANOSECONDS);
        }
    };

    /** Nanoseconds since an arbitrary moment, as {@link System#nanoTime}. */
    long nanos();

    /** Takes the next element of the queue; returns null if there is none within this many nanoseconds. */
    <T> T poll(BlockingQueue<T> queue, long nanos) throws InterruptedException;
}
