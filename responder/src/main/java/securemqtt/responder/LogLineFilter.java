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
 * Turns every log message into one printable line, for each format and handler, so that nobody can forge a line.
 * Counts messages of the embedded broker's library instead, because a client can cause any number of them.
 */
@LoggingFilter(name = "lines")
public final class LogLineFilter implements Filter {
    private static final String BROKER_LIBRARY = "org.apache.activemq";

    /** Formats the message alone, with its parameters. */
    private final PatternFormatter format = new PatternFormatter("%s");

    private final BiConsumer<Level, String> brokerMessages;
    /** The message that each thread counted last. Every handler calls this filter for the same message. */
    private final ThreadLocal<LogRecord> lastCounted = new ThreadLocal<>();

    /** Called by Quarkus. */
    public LogLineFilter() {
        this(BrokerLog::count);
    }

    /** @param brokerMessages receives the messages of the embedded broker's library */
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
