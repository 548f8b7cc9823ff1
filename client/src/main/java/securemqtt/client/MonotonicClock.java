package securemqtt.client;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** The passing of time, so that tests can have one of their own. */
interface MonotonicClock {
    /** The time that everybody lives in. */
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

    /** Nanoseconds since some moment; only ever goes forward. */
    long nanos();

    /** The next element of the queue; null if there is none before so many nanoseconds have passed. */
    <T> T poll(BlockingQueue<T> queue, long nanos) throws InterruptedException;
}
