package securemqtt.responder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.Test;

class LogLineFilterTest {
    private final List<String> ofTheBroker = new ArrayList<>();
    private final LogLineFilter lines = new LogLineFilter((level, text) -> ofTheBroker.add(level + " " + text));

    @Test
    void writesEveryMessageAsOneLine() {
        ExtLogRecord message = message("io.vertx.X", "a%sb");
        message.setParameters(new Object[] {"\n12:00:00 INFO  ready: FORGED \u001b[31m"});

        assertTrue(lines.isLoggable(message));

        assertEquals("a\\u{a}12:00:00 INFO  ready: FORGED \\u{1b}[31mb", new PatternFormatter("%s").format(message));
    }

    @Test
    void doesNotChangeAMessageOfOneLine() {
        ExtLogRecord message = message("securemqtt.responder.X", "ready: %s");
        message.setParameters(new Object[] {"x"});

        assertTrue(lines.isLoggable(message));

        assertEquals("ready: %s", message.getMessage());
    }

    @Test
    void countsAMessageOfTheEmbeddedBrokerOnceForAllHandlers() {
        ExtLogRecord message = message("org.apache.activemq.artemis.X", "AMQ1: \n");

        assertFalse(lines.isLoggable(message));
        assertFalse(lines.isLoggable(message));
        assertFalse(lines.isLoggable(message("org.apache.activemq.artemis.X", "AMQ2: x")));

        assertEquals(List.of("SEVERE AMQ1: \n", "SEVERE AMQ2: x"), ofTheBroker);
    }

    private static ExtLogRecord message(String logger, String text) {
        ExtLogRecord message =
                new ExtLogRecord(Level.SEVERE, text, ExtLogRecord.FormatStyle.PRINTF, "LogLineFilterTest");
        message.setLoggerName(logger);
        return message;
    }
}
