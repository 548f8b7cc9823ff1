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
 * Threads that do the work of all NetIDs in turn: who asks for a lot waits behind himself, and the others do not. So nobody
 * has more than one thread at a time. How much may wait is bounded, for all together and for each; if there is no room for
 * somebody who asks for little, who asks for most has to give way.
 */
final class FairThreadPool {
    /** No NetID may fill more than this part of what may wait. */
    private static final int SHARE = 4;
    /** Most texts are smaller by far. */
    private static final int MAX_SMALL_KIBIBYTES = 16;

    private final int maxWaiting;
    private final int maxKibibytes;
    /** Who has work, waiting or being done. */
    private final Map<NetId, NetIdQueue> queues = new HashMap<>();
    /** Who has work waiting and none being done; whose turn it is comes first. */
    private final Set<NetIdQueue> turns = new LinkedHashSet<>();
    /** Who has work waiting, the most pieces last. Kept in order, so that in a flood it costs little to refuse. */
    private final TreeSet<NetIdQueue> byTaskCount = orderedBy(queue -> queue.tasks.size());
    /** The same, the largest together last. */
    private final TreeSet<NetIdQueue> byKibibytes = orderedBy(queue -> queue.kibibytes);

    private final String name;
    private final List<Thread> threads = new ArrayList<>();
    private long queuesMade;
    private int waiting;
    private int kibibytes;
    private boolean closed;

    private record Task(NetIdQueue queue, Runnable work, Runnable dropped, int kibibytes) {}

    /** The work of one NetID, in the order in which it came. Only {@link #update} changes it. */
    private final class NetIdQueue {
        final NetId netId;
        /** Decides the order of those that have the same amount. */
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
                    : tasks.size() < maxWaiting / SHARE && kibibytes + size <= maxKibibytes / SHARE;
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
     * @param name of the threads
     * @param maxWaiting how many pieces of work may wait
     * @param maxKibibytes how large they may be together
     */
    FairThreadPool(String name, int threads, int maxWaiting, int maxKibibytes) {
        this.maxWaiting = maxWaiting;
        this.maxKibibytes = maxKibibytes;
        this.name = name;
        addThreads(threads);
    }

    /** Has so many more threads do the work from now on; once this is closed, those that there are do the last of it. */
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
     * Has it done by one of the threads.
     *
     * @param work must not throw
     * @param dropped called in place of {@code work}, if others need the room later; must not throw, nor wait
     * @return whether it was taken; not if too much waits already, or this was closed
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
     * Drops large work of a NetID that leaves no room for its small work. Anybody may send large junk under a NetID, and honest
     * requests are mostly small.
     */
    private void dropLargeTasksOf(NetIdQueue queue, int size) {
        while (queue.kibibytes + size > maxKibibytes / SHARE
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
     * Drops the last that came of whoever has most waiting, if that is more than the newcomer would have. Decided before
     * anything is dropped, so that nobody gives way in vain: who has more waiting has more than the newcomer lacks.
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

    /** Changes a queue, and with it its places among the others. */
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
            // The time for the last work is over.
            Thread.currentThread().interrupt();
        }
    }

    /** The next piece of work; null once this is closed, and what is left waits for threads that work for the same NetIDs. */
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

    /** Whoever wanted it has another turn, behind the others. No thread need be woken, as this one takes what comes next. */
    private synchronized void finish(Task task) {
        update(task.queue(), () -> task.queue().working = false);
    }

    /** How many pieces of work wait. */
    synchronized int waiting() {
        return waiting;
    }

    /** Takes nothing new from now on. What waits is still done. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /**
     * Waits for the work that is left once this is closed; what is not done by then is dropped.
     *
     * @param deadline by {@link System#nanoTime}
     * @return how much was dropped
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
