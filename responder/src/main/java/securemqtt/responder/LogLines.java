package securemqtt.responder;

import io.quarkus.logging.LoggingFilter;
import java.util.function.BiConsumer;
import java.util.logging.Filter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.PatternFormatter;
import securemqtt.responder.broker.embedded.BrokerLog;
import securemqtt.responder.log.LogText;

/**
 * Makes one printable line of every log message, for each format and handler, so that a stranger cannot fake a line. Messages of the
 * embedded broker's library are counted instead: a stranger can cause any number of them.
 */
@LoggingFilter(name = "lines")
public final class LogLines implements Filter {
    private static final String BROKER_LIBRARY = "org.apache.activemq";

    /** The message alone, with its parameters in it. */
    private final PatternFormatter format = new PatternFormatter("%s");

    private final BiConsumer<Level, String> ofTheBroker;
    /** The message of each thread that was counted last: every handler asks once. */
    private final ThreadLocal<LogRecord> counted = new ThreadLocal<>();

    /** For Quarkus. */
    public LogLines() {
        this(BrokerLog::count);
    }

    /** @param ofTheBroker what takes the messages of the embedded broker's library */
    LogLines(BiConsumer<Level, String> ofTheBroker) {
        this.ofTheBroker = ofTheBroker;
    }

    @Override
    public boolean isLoggable(LogRecord message) {
        String text = format.format(message);
        String logger = message.getLoggerName();
        if (logger != null && logger.startsWith(BROKER_LIBRARY)) {
            if (counted.get() != message) {
                counted.set(message);
                ofTheBroker.accept(message.getLevel(), text);
            }
            return false;
        }
        String line = LogText.line(text);
        if (!line.equals(text)) {
            message.setParameters(null);
            if (message instanceof ExtLogRecord extended) {
                extended.setMessage(line, ExtLogRecord.FormatStyle.NO_FORMAT);
            } else {
                message.setMessage(line);
            }
        }
        return true;
    }
}
