package securemqtt.responder.broker.embedded;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;
import java.util.logging.Level;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import securemqtt.responder.log.LogText;

/**
 * Writes the log lines about the embedded broker: at most one line a second for each kind of message, with a count.
 * Anybody who reaches the broker's port can cause any number of messages.
 */
public final class BrokerLog {
    private static final Logger LOG = Logger.getLogger(BrokerLog.class);
    private static final Pattern CODE = Pattern.compile("^(AMQ\\d+): ");

    /** How many kinds get a line of their own in one second. The log counts all further kinds together. */
    private static final int MAX_KINDS = 20;

    private static final String OTHERS = "other messages";

    private static final BrokerLog INSTANCE = new BrokerLog(BrokerLog::log);

    private final BiConsumer<Level, String> lines;
    private final ScheduledThreadPoolExecutor writer = new ScheduledThreadPoolExecutor(1, BrokerLog::thread);
    /** The kinds that wait for their line: by code, or by text if the text has no code. */
    private final Map<String, Kind> waiting = new LinkedHashMap<>();

    private static final class Kind {
        private final IntFunction<String> text;
        private Level level;
        private int count;

        Kind(IntFunction<String> text, Level level) {
            this.text = text;
            this.level = level;
        }
    }

    private record Line(Level level, String text) {}

    /** @param lines receives each line */
    BrokerLog(BiConsumer<Level, String> lines) {
        this.lines = lines;
    }

    private static void log(Level level, String line) {
        LOG.log(
                level.intValue() >= Level.SEVERE.intValue()
                        ? Logger.Level.ERROR
                        : level.intValue() >= Level.WARNING.intValue() ? Logger.Level.WARN : Logger.Level.INFO,
                line);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "broker-log");
        thread.setDaemon(true);
        return thread;
    }

    /** Counts an event of the embedded broker. */
    static void count(BrokerEvent event) {
        INSTANCE.writeSoonIf(INSTANCE.add(event));
    }

    /** Counts an internal error of the broker. */
    public static void count(String text) {
        count(Level.WARNING, text);
    }

    /** Counts a log message of Artemis. */
    public static void count(Level level, String text) {
        INSTANCE.writeSoonIf(INSTANCE.add(level, text));
    }

    /** Writes the waiting lines now. Call this before the log is closed. */
    public static void flush() {
        INSTANCE.write();
    }

    /** @return whether this is the first message since the last lines were written */
    boolean add(BrokerEvent event) {
        return add(event.name(), Level.WARNING, event::text);
    }

    /** @return whether this is the first message since the last lines were written */
    boolean add(Level level, String text) {
        Matcher code = CODE.matcher(text);
        return add(code.find() ? code.group(1) : text, level, count -> LogText.of(text) + times(count));
    }

    private synchronized boolean add(String key, Level level, IntFunction<String> text) {
        boolean first = waiting.isEmpty();
        boolean fits = waiting.size() < MAX_KINDS || waiting.containsKey(key);
        Kind kind = fits
                ? waiting.computeIfAbsent(key, k -> new Kind(text, level))
                : waiting.computeIfAbsent(OTHERS, k -> new Kind(count -> OTHERS + times(count), level));
        kind.count++;
        if (level.intValue() > kind.level.intValue()) {
            kind.level = level;
        }
        return first;
    }

    private static String times(int count) {
        return count == 1 ? "" : " (" + count + " times)";
    }

    private void writeSoonIf(boolean first) {
        if (first) {
            writer.schedule(this::write, 1, TimeUnit.SECONDS);
        }
    }

    /** Writes a line for each kind since the last time. */
    void write() {
        take().forEach(line -> lines.accept(line.level(), line.text()));
    }

    private synchronized List<Line> take() {
        List<Line> taken = waiting.values().stream()
                .map(kind -> new Line(kind.level, "embedded broker: " + kind.text.apply(kind.count)))
                .toList();
        waiting.clear();
        return taken;
    }
}
