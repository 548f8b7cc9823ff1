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
public final class LogLineFilter implements Filter {
    private static final String BROKER_LIBRARY = "org.apache.activemq";

    /** The message alone, with its parameters in it. */
    private final PatternFormatter format = new PatternFormatter("%s");

    private final BiConsumer<Level, String> brokerMessages;
    /** The message of each thread that was counted last: every handler asks once. */
    private final ThreadLocal<LogRecord> lastCounted = new ThreadLocal<>();

    /** For Quarkus. */
    public LogLineFilter() {
        this(BrokerLog::count);
    }

    /** @param brokerMessages what takes the messages of the embedded broker's library */
    LogLineFilter(BiConsumer<Level, String> brokerMessages) {
        this.brokerMessages = brokerMessages;
    }

    @Override
    public boolean isLoggable(LogRecord message) {
        String text = format.format(message);
        String logger = message.getLoggerName();
        if (logger != null && logger.startsWith(BROKER_LIBRARY)) {
            if (lastCounted.get() != message) {
                lastCounted.set(message);
                brokerMessages.accept(message.getLevel(), text);
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
