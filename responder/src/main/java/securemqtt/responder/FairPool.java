package securemqtt.responder;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import securemqtt.protocol.NetId;

/**
 * Threads that do the work of all NetIDs in turn: who asks for a lot waits behind himself, and the others do not. How much
 * may wait is bounded, for all together and for each; if there is no room for somebody who asks for little, who asks for
 * most has to give way.
 */
final class FairPool {
    /** No NetID may fill more than this part of what may wait. */
    private static final int SHARE = 4;

    private final int mostWaiting;
    private final int mostKibibytes;
    /** Who has work waiting; whose turn it is comes first. */
    private final Map<NetId, Line> lines = new LinkedHashMap<>();

    private final List<Thread> threads = new ArrayList<>();
    private int waiting;
    private int kibibytes;
    private boolean closed;

    private record Task(Runnable work, Runnable dropped, int kibibytes) {}

    /** The work of one NetID, in the order in which it came. */
    private final class Line {
        final ArrayDeque<Task> tasks = new ArrayDeque<>();
        int kibibytes;

        boolean hasShareFor(int size) {
            return tasks.isEmpty() || tasks.size() < mostWaiting / SHARE && kibibytes + size <= mostKibibytes / SHARE;
        }
    }

    /**
     * @param name of the threads
     * @param mostWaiting how many pieces of work may wait
     * @param mostKibibytes how large they may be together
     */
    FairPool(String name, int threads, int mostWaiting, int mostKibibytes) {
        this.mostWaiting = mostWaiting;
        this.mostKibibytes = mostKibibytes;
        for (int i = 1; i <= threads; i++) {
            Thread thread = new Thread(this::work, name + "-" + i);
            thread.setDaemon(true);
            thread.start();
            this.threads.add(thread);
        }
    }

    /**
     * Has it done by one of the threads.
     *
     * @param work must not throw
     * @param dropped called in place of {@code work}, if others need the room later; must not throw, nor wait
     * @return whether it was taken; not if too much waits already, or this was closed
     */
    synchronized boolean offer(NetId netId, int kibibytes, Runnable work, Runnable dropped) {
        Line line = lines.getOrDefault(netId, new Line());
        if (closed || !line.hasShareFor(kibibytes) || !makeRoom(line, kibibytes)) {
            return false;
        }
        lines.putIfAbsent(netId, line);
        line.tasks.add(new Task(work, dropped, kibibytes));
        line.kibibytes += kibibytes;
        waiting++;
        this.kibibytes += kibibytes;
        notifyAll();
        return true;
    }

    /** Drops the last that came of whoever has most waiting, as long as that is more than the newcomer would have. */
    private boolean makeRoom(Line newcomer, int size) {
        while (waiting >= mostWaiting) {
            Line longest = Collections.max(lines.values(), Comparator.comparingInt(line -> line.tasks.size()));
            if (longest.tasks.size() <= newcomer.tasks.size() + 1) {
                return false;
            }
            dropLast(longest);
        }
        while (kibibytes + size > mostKibibytes) {
            Line largest = Collections.max(lines.values(), Comparator.comparingInt(line -> line.kibibytes));
            if (largest.kibibytes <= newcomer.kibibytes + size) {
                return false;
            }
            dropLast(largest);
        }
        return true;
    }

    private void dropLast(Line line) {
        Task task = line.tasks.removeLast();
        line.kibibytes -= task.kibibytes();
        waiting--;
        kibibytes -= task.kibibytes();
        if (line.tasks.isEmpty()) {
            lines.values().remove(line);
        }
        task.dropped().run();
    }

    private void work() {
        try {
            for (Task task = take(); task != null; task = take()) {
                task.work().run();
            }
        } catch (InterruptedException e) {
            // The time for the last work is over.
            Thread.currentThread().interrupt();
        }
    }

    /** The next piece of work; null if there will be none. */
    private synchronized Task take() throws InterruptedException {
        while (lines.isEmpty()) {
            if (closed) {
                return null;
            }
            wait();
        }
        NetId netId = lines.keySet().iterator().next();
        Line line = lines.remove(netId);
        Task task = line.tasks.remove();
        line.kibibytes -= task.kibibytes();
        if (!line.tasks.isEmpty()) {
            lines.put(netId, line);
        }
        waiting--;
        kibibytes -= task.kibibytes();
        return task;
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
    int awaitLastWork(long deadline) throws InterruptedException {
        for (Thread thread : threads) {
            TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, deadline - System.nanoTime()));
        }
        synchronized (this) {
            int dropped = waiting;
            lines.clear();
            waiting = 0;
            kibibytes = 0;
            return dropped;
        }
    }
}
