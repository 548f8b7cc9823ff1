package securemqtt.responder.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.jboss.logmanager.ExtFormatter;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.junit.jupiter.api.Test;

class LogFieldsTest {
    private final LogFields fields = new LogFields(new ExtFormatter() {
        @Override
        public String format(ExtLogRecord message) {
            return "{\"message\":\"" + message.getMessage() + "\"}\n";
        }
    });

    @Test
    void addsThemToTheObject() {
        LogFields.log(
                Map.of("proved", true),
                () -> assertEquals("{\"message\":\"m\",\"proved\":true}\n", fields.format(message())));
        LogFields.log(
                Map.of("netid", "a\"\\b"),
                () -> assertEquals("{\"message\":\"m\",\"netid\":\"a\\\"\\\\b\"}\n", fields.format(message())));
    }

    @Test
    void aNetIdIsAStringWhateverItIs() {
        LogFields.log(
                Map.of("netid", "true"),
                () -> assertEquals("{\"message\":\"m\",\"netid\":\"true\"}\n", fields.format(message())));
    }

    @Test
    void addsNoneToOtherMessages() {
        LogFields.log(Map.of("proved", true), () -> {});

        assertEquals("{\"message\":\"m\"}\n", fields.format(message()));
    }

    private static ExtLogRecord message() {
        return new ExtLogRecord(Level.INFO, "m", LogFieldsTest.class.getName());
    }
}
