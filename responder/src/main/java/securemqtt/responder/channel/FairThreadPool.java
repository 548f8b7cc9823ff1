package securemqtt.responder.channel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import securemqtt.protocol.NetId;

/**
 * A thread pool in which NetIDs take turns. Each NetID has a queue and uses one thread at most, so a NetID with many
 * tasks delays only itself. The queues have limits, together and for each NetID. If there is no room for a task, the
 * pool drops tasks of the NetID with the most waiting tasks or bytes. If that is the NetID of the new task, the pool
 * refuses the task.
 */
final class FairThreadPool {
    /** The part of the queues that one NetID may fill: a quarter. */
    private static final int NETID_SHARE = 4;
    /** The largest size of a small task. Most texts are far smaller. */
    private static final int MAX_SMALL_KIBIBYTES = 16;

    private final int maxWaiting;
    private final int maxKibibytes;
    /** The queues of NetIDs with a task that waits or runs. */
    private final Map<NetId, NetIdQueue> queues = new HashMap<>();
    /** The queues of NetIDs with waiting tasks and no running task. The first has the next turn. */
    private final Set<NetIdQueue> turns = new LinkedHashSet<>();
    /** The queues with waiting tasks, the longest last. Sorted, so that refusing a task is cheap in a flood. */
    private final TreeSet<NetIdQueue> byTaskCount = orderedBy(queue -> queue.tasks.size());
    /** The same queues, the one with most KiB last. */
    private final TreeSet<NetIdQueue> byKibibytes = orderedBy(queue -> queue.kibibytes);

    private final String name;
    private final List<Thread> threads = new ArrayList<>();
    private long queuesMade;
    private int waiting;
    private int kibibytes;
    private boolean closed;

    private record Task(NetIdQueue queue, Runnable work, Runnable dropped, int kibibytes) {}

    /** The tasks of one NetID, in the order of arrival. Only {@link #update} changes a queue. */
    private final class NetIdQueue {
        final NetId netId;
        /** Makes the order of queues with equal amounts unique. */
        final long serial = queuesMade++;

        final ArrayDeque<Task> tasks = new ArrayDeque<>();
        int kibibytes;
        boolean working;

        NetIdQueue(NetId netId) {
            this.netId = netId;
        }

        boolean hasShareFor(int size) {
            return tasks.isEmpty()
                    ? size <= maxKibibytes
                    : tasks.size() < maxWaiting / NETID_SHARE && kibibytes + size <= maxKibibytes / NETID_SHARE;
        }

        void add(Task task) {
            tasks.add(task);
            kibibytes += task.kibibytes();
        }

        void removeFirst() {
            kibibytes -= tasks.removeFirst().kibibytes();
        }

        Optional<Task> lastLarge() {
            Iterator<Task> latestFirst = tasks.descendingIterator();
            while (latestFirst.hasNext()) {
                Task task = latestFirst.next();
                if (task.kibibytes() > MAX_SMALL_KIBIBYTES) {
                    return Optional.of(task);
                }
            }
            return Optional.empty();
        }

        void remove(Task task) {
            tasks.remove(task);
            kibibytes -= task.kibibytes();
        }

        void removeLast() {
            kibibytes -= tasks.removeLast().kibibytes();
        }

        void clear() {
            tasks.clear();
            kibibytes = 0;
        }
    }

    private static TreeSet<NetIdQueue> orderedBy(ToIntFunction<NetIdQueue> amount) {
        return new TreeSet<>(Comparator.comparingInt(amount).thenComparingLong(queue -> queue.serial));
    }

    /**
     * @param name prefix of the threads' names
     * @param threads how many threads to start; {@link #addThreads} adds more
     * @param maxWaiting how many tasks may wait, for all NetIDs together
     * @param maxKibibytes how large the waiting tasks may be together, in KiB
     */
    FairThreadPool(String name, int threads, int maxWaiting, int maxKibibytes) {
        this.maxWaiting = maxWaiting;
        this.maxKibibytes = maxKibibytes;
        this.name = name;
        addThreads(threads);
    }

    /** Starts more threads. Does nothing once the pool is closed. */
    synchronized void addThreads(int number) {
        for (int i = 0; i < number && !closed; i++) {
            Thread thread = new Thread(this::work, name + "-" + (threads.size() + 1));
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
    }

    private synchronized List<Thread> threads() {
        return List.copyOf(threads);
    }

    /**
     * Runs the task on one of the threads.
     *
     * @param kibibytes the size of the task, in KiB
     * @param work must not throw
     * @param dropped called instead of {@code work} if the pool drops the task later; must neither throw nor wait
     * @return false if the queues have no room for the task, or the pool is closed
     */
    synchronized boolean offer(NetId netId, int kibibytes, Runnable work, Runnable dropped) {
        NetIdQueue known = queues.get(netId);
        NetIdQueue queue = known == null ? new NetIdQueue(netId) : known;
        if (kibibytes <= MAX_SMALL_KIBIBYTES) {
            dropLargeTasksOf(queue, kibibytes);
        }
        if (closed || !queue.hasShareFor(kibibytes) || !makeRoom(queue, kibibytes)) {
            return false;
        }
        update(queue, () -> queue.add(new Task(queue, work, dropped, kibibytes)));
        notifyAll();
        return true;
    }

    /**
     * Drops large tasks of a NetID that leave no room for its small task. Anybody can send large invalid messages
     * under a NetID, while honest requests are mostly small.
     */
    private void dropLargeTasksOf(NetIdQueue queue, int size) {
        while (queue.kibibytes + size > maxKibibytes / NETID_SHARE
                || kibibytes + size > maxKibibytes && byKibibytes.last() == queue) {
            Optional<Task> large = queue.lastLarge();
            if (large.isEmpty()) {
                return;
            }
            update(queue, () -> queue.remove(large.get()));
            large.get().dropped().run();
        }
    }

    /**
     * Drops the latest tasks of the fullest queues, if those hold more than the newcomer's queue would. This decides
     * before it drops anything, so no task is dropped in vain: a queue with more than the newcomer's has enough to
     * make room.
     */
    private boolean makeRoom(NetIdQueue newcomer, int size) {
        if (waiting >= maxWaiting && byTaskCount.last().tasks.size() <= newcomer.tasks.size() + 1
                || kibibytes + size > maxKibibytes && byKibibytes.last().kibibytes <= newcomer.kibibytes + size) {
            return false;
        }
        while (kibibytes + size > maxKibibytes) {
            dropLast(byKibibytes.last());
        }
        if (waiting >= maxWaiting) {
            dropLast(byTaskCount.last());
        }
        return true;
    }

    private void dropLast(NetIdQueue queue) {
        Task task = queue.tasks.getLast();
        update(queue, queue::removeLast);
        task.dropped().run();
    }

    /** Changes a queue, and updates the totals and the sorted sets that depend on it. */
    private void update(NetIdQueue queue, Runnable change) {
        byTaskCount.remove(queue);
        byKibibytes.remove(queue);
        waiting -= queue.tasks.size();
        kibibytes -= queue.kibibytes;
        change.run();
        waiting += queue.tasks.size();
        kibibytes += queue.kibibytes;
        boolean waits = !queue.tasks.isEmpty();
        if (waits) {
            byTaskCount.add(queue);
            byKibibytes.add(queue);
        }
        if (waits && !queue.working) {
            turns.add(queue);
        } else {
            turns.remove(queue);
        }
        if (waits || queue.working) {
            queues.put(queue.netId, queue);
        } else {
            queues.remove(queue.netId);
        }
    }

    private void work() {
        try {
            for (Task task = take(); task != null; task = take()) {
                task.work().run();
                finish(task);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Takes the next task. Returns null once the pool is closed and only tasks of NetIDs with a running task are
     * left; the threads of those NetIDs run them.
     */
    private synchronized Task take() throws InterruptedException {
        while (turns.isEmpty()) {
            if (closed) {
                return null;
            }
            wait();
        }
        NetIdQueue queue = turns.iterator().next();
        Task task = queue.tasks.getFirst();
        update(queue, () -> {
            queue.removeFirst();
            queue.working = true;
        });
        return task;
    }

    /**
     * Gives the NetID its next turn, after all others. Wakes no thread, because this thread takes the next task
     * itself.
     */
    private synchronized void finish(Task task) {
        update(task.queue(), () -> task.queue().working = false);
    }

    /** The number of waiting tasks. */
    synchronized int waiting() {
        return waiting;
    }

    /** Refuses new tasks. The threads still run the waiting ones. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /**
     * Call this after {@link #close}. Waits until the threads have run the waiting tasks, and drops the rest at the
     * deadline.
     *
     * @param deadline as {@link System#nanoTime}
     * @return how many tasks were dropped
     */
    int awaitLastTasks(long deadline) throws InterruptedException {
        for (Thread thread : threads()) {
            TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, deadline - System.nanoTime()));
        }
        synchronized (this) {
            int dropped = waiting;
            List.copyOf(byTaskCount).forEach(queue -> update(queue, queue::clear));
            return dropped;
        }
    }
}
