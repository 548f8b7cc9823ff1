package securemqtt.responder;

import io.quarkus.logging.LoggingFilter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jboss.logmanager.formatters.PatternFormatter;

/**
 * What the embedded broker has to say, in one line a second for each kind of message. Anybody who reaches its port can make it
 * say as much as they like.
 */
@LoggingFilter(name = "embedded-broker")
public final class BrokerLog implements Filter {
    private static final Logger LOG = Logger.getLogger(BrokerLog.class);
    private static final String LIBRARY = "org.apache.activemq";
    private static final Pattern CODE = Pattern.compile("^(AMQ\\d+): ");

    /** Of the kinds of messages in one second; what comes beyond is counted together. */
    private static final int MOST_KINDS = 20;

    private static final String OTHERS = "other messages";

    /** The message alone, with its parameters in it. */
    private final PatternFormatter text = new PatternFormatter("%s");

    private final Consumer<String> lines;
    private final ScheduledThreadPoolExecutor writer = new ScheduledThreadPoolExecutor(1, BrokerLog::thread);
    /** By code, or by text where there is none. */
    private final Map<String, Kind> waiting = new LinkedHashMap<>();

    /** Not that of Quarkus, as the broker starts first. */
    private static final BrokerLog EVENTS = new BrokerLog();

    private static final class Kind {
        private final IntFunction<String> text;
        private int count;

        Kind(IntFunction<String> text) {
            this.text = text;
        }
    }

    /** For Quarkus. */
    public BrokerLog() {
        this(line -> LOG.warn(line));
    }

    /** @param lines what takes each line */
    BrokerLog(Consumer<String> lines) {
        this.lines = lines;
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "broker-log");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public boolean isLoggable(LogRecord message) {
        String logger = message.getLoggerName();
        if (logger == null || !logger.startsWith(LIBRARY)) {
            return true;
        }
        if (add(text.format(message))) {
            writeSoon();
        }
        return false;
    }

    /** Something that the broker did about strangers. */
    static void count(BrokerEvent event) {
        if (EVENTS.add(event)) {
            EVENTS.writeSoon();
        }
    }

    /** Something that should not have happened in the broker. */
    static void count(String text) {
        if (EVENTS.add(text)) {
            EVENTS.writeSoon();
        }
    }

    /** @return whether it is the first since the last lines were written */
    boolean add(BrokerEvent event) {
        return add(event.name(), event::text);
    }

    /** @return whether it is the first since the last lines were written */
    boolean add(String text) {
        Matcher code = CODE.matcher(text);
        return add(code.find() ? code.group(1) : text, count -> Printable.of(text) + times(count));
    }

    private synchronized boolean add(String key, IntFunction<String> text) {
        boolean first = waiting.isEmpty();
        String kind = waiting.size() < MOST_KINDS || waiting.containsKey(key) ? key : OTHERS;
        waiting.computeIfAbsent(kind, k -> new Kind(k.equals(OTHERS) ? count -> OTHERS + times(count) : text)).count++;
        return first;
    }

    private static String times(int count) {
        return count == 1 ? "" : " (" + count + " times)";
    }

    private void writeSoon() {
        writer.schedule(this::write, 1, TimeUnit.SECONDS);
    }

    /** Writes a line for each kind that has come since the last time. */
    void write() {
        take().forEach(lines);
    }

    private synchronized List<String> take() {
        List<String> taken = waiting.values().stream()
                .map(kind -> "embedded broker: " + kind.text.apply(kind.count))
                .toList();
        waiting.clear();
        return taken;
    }
}
