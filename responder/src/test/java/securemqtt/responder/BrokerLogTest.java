package securemqtt.responder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class BrokerLogTest {
    private final List<String> lines = new ArrayList<>();
    private final BrokerLog log = new BrokerLog(lines::add);

    @Test
    void messagesOfOneKindAreOneLineWithTheirNumber() {
        for (int i = 0; i < 300; i++) {
            log.add("AMQ222141: Cannot send packet to client " + i);
        }
        log.write();

        assertEquals(List.of("embedded broker: AMQ222141: Cannot send packet to client 0 (300 times)"), lines);
    }

    @Test
    void whatIsDoneAboutStrangersIsToldInPlainWords() {
        log.add(BrokerEvent.SILENT);
        log.add(BrokerEvent.SILENT);
        log.add(BrokerEvent.TOO_LARGE);
        log.write();
        log.add(BrokerEvent.SILENT);
        log.write();

        assertEquals(
                List.of(
                        "embedded broker: closed 2 connections on which nothing was sent in time",
                        "embedded broker: closed 1 connection that sent too large a packet",
                        "embedded broker: closed 1 connection on which nothing was sent in time"),
                lines);
    }

    @Test
    void aSecondHasFewLinesHoweverManyKindsThereAre() {
        for (int i = 0; i < 1000; i++) {
            log.add("no code, filter " + i);
        }
        log.write();

        assertEquals(21, lines.size());
        assertEquals("embedded broker: other messages (980 times)", lines.get(20));
    }

    @Test
    void whatWasWrittenIsNotWrittenAgain() {
        assertTrue(log.add("x"));
        assertFalse(log.add("x"));
        log.write();
        log.write();

        assertEquals(1, lines.size());
        assertTrue(log.add("x"));
    }

    @Test
    void textOfStrangersCannotEndTheLine() {
        log.add("AMQ834002: refused filter a\nb\u001b[31m");
        log.write();

        assertEquals(List.of("embedded broker: AMQ834002: refused filter a\\u{a}b\\u{1b}[31m"), lines);
    }

    @Test
    void messagesOfOthersPass() {
        LogRecord ours = new LogRecord(Level.WARNING, "refused");
        ours.setLoggerName("securemqtt.responder.RefusalLog");

        assertTrue(log.isLoggable(ours));
    }
}
