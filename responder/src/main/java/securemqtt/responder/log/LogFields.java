package securemqtt.responder.log;

import jakarta.json.Json;
import java.util.Map;
import java.util.logging.Handler;
import java.util.stream.Collectors;
import org.jboss.logging.MDC;
import org.jboss.logmanager.ExtFormatter;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.LogContext;
import org.jboss.logmanager.formatters.StructuredFormatter;

/**
 * Gives log lines in JSON fields of their own beside the message. Lines in text are unchanged.
 *
 * <p>Quarkus can write such fields only as one nested object, and would write it in every line.
 */
public final class LogFields extends ExtFormatter {
    /** The only field whose value is a boolean. The log keeps all values as strings, and a NetID may be {@code true}. */
    private static final String BOOLEAN = "proved";

    private final ExtFormatter json;

    /** @param json writes one JSON object for each message */
    LogFields(ExtFormatter json) {
        this.json = json;
    }

    /** Logs with these fields. Their values are printable, see {@link LogText}. */
    public static void log(Map<String, Object> fields, Runnable line) {
        fields.forEach(MDC::put);
        try {
            line.run();
        } finally {
            fields.keySet().forEach(MDC::remove);
        }
    }

    /** Call this after Quarkus has set up the log, which it does before it starts any bean. */
    public static void install() {
        install(LogContext.getLogContext().getLogger("").getHandlers());
    }

    private static void install(Handler... handlers) {
        for (Handler handler : handlers) {
            if (handler.getFormatter() instanceof StructuredFormatter json) {
                handler.setFormatter(new LogFields(json));
            }
            if (handler instanceof ExtHandler parent) {
                install(parent.getHandlers());
            }
        }
    }

    @Override
    public String format(ExtLogRecord message) {
        String object = json.format(message);
        String fields = message.getMdcCopy().entrySet().stream()
                .map(field -> "," + string(field.getKey()) + ":" + value(field.getKey(), field.getValue()))
                .collect(Collectors.joining());
        int end = object.lastIndexOf('}');
        return object.substring(0, end) + fields + object.substring(end);
    }

    private static String value(String name, String value) {
        return name.equals(BOOLEAN) ? value : string(value);
    }

    private static String string(String value) {
        return Json.createValue(value).toString();
    }

    @Override
    public boolean isCallerCalculationRequired() {
        return json.isCallerCalculationRequired();
    }
}
