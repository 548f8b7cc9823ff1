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
final class FairPool {
    /** No NetID may fill more than this part of what may wait. */
    private static final int SHARE = 4;
    /** Most texts are smaller by far. */
    private static final int SMALL_KIBIBYTES = 16;

    private final int mostWaiting;
    private final int mostKibibytes;
    /** Who has work, waiting or being done. */
    private final Map<NetId, Line> lines = new HashMap<>();
    /** Who has work waiting and none being done; whose turn it is comes first. */
    private final Set<Line> turns = new LinkedHashSet<>();
    /** Who has work waiting, the most pieces last. Kept in order, so that in a flood it costs little to refuse. */
    private final TreeSet<Line> byNumber = orderedBy(line -> line.tasks.size());
    /** The same, the largest together last. */
    private final TreeSet<Line> bySize = orderedBy(line -> line.kibibytes);

    private final String name;
    private final List<Thread> threads = new ArrayList<>();
    private long linesMade;
    private int waiting;
    private int kibibytes;
    private boolean closed;

    private record Task(Line line, Runnable work, Runnable dropped, int kibibytes) {}

    /** The work of one NetID, in the order in which it came. Only {@link #change} changes it. */
    private final class Line {
        final NetId netId;
        /** Decides the order of those that have the same amount. */
        final long serial = linesMade++;

        final ArrayDeque<Task> tasks = new ArrayDeque<>();
        int kibibytes;
        boolean working;

        Line(NetId netId) {
            this.netId = netId;
        }

        boolean hasShareFor(int size) {
            return tasks.isEmpty()
                    ? size <= mostKibibytes
                    : tasks.size() < mostWaiting / SHARE && kibibytes + size <= mostKibibytes / SHARE;
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
                if (task.kibibytes() > SMALL_KIBIBYTES) {
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

    private static TreeSet<Line> orderedBy(ToIntFunction<Line> amount) {
        return new TreeSet<>(Comparator.comparingInt(amount).thenComparingLong(line -> line.serial));
    }

    /**
     * @param name of the threads
     * @param mostWaiting how many pieces of work may wait
     * @param mostKibibytes how large they may be together
     */
    FairPool(String name, int threads, int mostWaiting, int mostKibibytes) {
        this.mostWaiting = mostWaiting;
        this.mostKibibytes = mostKibibytes;
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
        Line known = lines.get(netId);
        Line line = known == null ? new Line(netId) : known;
        if (kibibytes <= SMALL_KIBIBYTES) {
            dropLargeInFavourOf(line, kibibytes);
        }
        if (closed || !line.hasShareFor(kibibytes) || !makeRoom(line, kibibytes)) {
            return false;
        }
        change(line, () -> line.add(new Task(line, work, dropped, kibibytes)));
        notifyAll();
        return true;
    }

    /**
     * Drops large work of a NetID that leaves no room for its small work. Anybody may send large junk under a NetID, and honest
     * requests are mostly small.
     */
    private void dropLargeInFavourOf(Line line, int size) {
        while (line.kibibytes + size > mostKibibytes / SHARE
                || kibibytes + size > mostKibibytes && bySize.last() == line) {
            Optional<Task> large = line.lastLarge();
            if (large.isEmpty()) {
                return;
            }
            change(line, () -> line.remove(large.get()));
            large.get().dropped().run();
        }
    }

    /**
     * Drops the last that came of whoever has most waiting, if that is more than the newcomer would have. Decided before
     * anything is dropped, so that nobody gives way in vain: who has more waiting has more than the newcomer lacks.
     */
    private boolean makeRoom(Line newcomer, int size) {
        if (waiting >= mostWaiting && byNumber.last().tasks.size() <= newcomer.tasks.size() + 1
                || kibibytes + size > mostKibibytes && bySize.last().kibibytes <= newcomer.kibibytes + size) {
            return false;
        }
        while (kibibytes + size > mostKibibytes) {
            dropLast(bySize.last());
        }
        if (waiting >= mostWaiting) {
            dropLast(byNumber.last());
        }
        return true;
    }

    private void dropLast(Line line) {
        Task task = line.tasks.getLast();
        change(line, line::removeLast);
        task.dropped().run();
    }

    /** Changes a line, and with it its places among the others. */
    private void change(Line line, Runnable change) {
        byNumber.remove(line);
        bySize.remove(line);
        waiting -= line.tasks.size();
        kibibytes -= line.kibibytes;
        change.run();
        waiting += line.tasks.size();
        kibibytes += line.kibibytes;
        boolean waits = !line.tasks.isEmpty();
        if (waits) {
            byNumber.add(line);
            bySize.add(line);
        }
        if (waits && !line.working) {
            turns.add(line);
        } else {
            turns.remove(line);
        }
        if (waits || line.working) {
            lines.put(line.netId, line);
        } else {
            lines.remove(line.netId);
        }
    }

    private void work() {
        try {
            for (Task task = take(); task != null; task = take()) {
                task.work().run();
                done(task);
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
        Line line = turns.iterator().next();
        Task task = line.tasks.getFirst();
        change(line, () -> {
            line.removeFirst();
            line.working = true;
        });
        return task;
    }

    /** Whoever wanted it has another turn, behind the others. No thread need be woken, as this one takes what comes next. */
    private synchronized void done(Task task) {
        change(task.line(), () -> task.line().working = false);
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
        for (Thread thread : threads()) {
            TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, deadline - System.nanoTime()));
        }
        synchronized (this) {
            int dropped = waiting;
            List.copyOf(byNumber).forEach(line -> change(line, line::clear));
            return dropped;
        }
    }
}
