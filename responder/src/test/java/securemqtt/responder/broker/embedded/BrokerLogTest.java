package securemqtt.responder.broker.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;

class BrokerLogTest {
    private final List<String> lines = new ArrayList<>();
    private final BrokerLog log = new BrokerLog((level, line) -> lines.add(line));

    @Test
    void writesMessagesOfOneKindAsOneLineWithACount() {
        for (int i = 0; i < 300; i++) {
            log.add(Level.WARNING, "AMQ222141: Cannot send packet to client " + i);
        }
        log.write();

        assertEquals(List.of("embedded broker: AMQ222141: Cannot send packet to client 0 (300 times)"), lines);
    }

    @Test
    void reportsEventsInPlainWords() {
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
    void writesFewLinesASecondHoweverManyKindsThereAre() {
        for (int i = 0; i < 1000; i++) {
            log.add(Level.WARNING, "no code, filter " + i);
        }
        log.write();

        assertEquals(21, lines.size());
        assertEquals("embedded broker: other messages (980 times)", lines.get(20));
    }

    @Test
    void writesEachMessageOnce() {
        assertTrue(log.add(Level.WARNING, "x"));
        assertFalse(log.add(Level.WARNING, "x"));
        log.write();
        log.write();

        assertEquals(1, lines.size());
        assertTrue(log.add(Level.WARNING, "x"));
    }

    @Test
    void untrustedTextCannotEndTheLine() {
        log.add(Level.WARNING, "AMQ834002: refused filter a\nb\u001b[31m");
        log.write();

        assertEquals(List.of("embedded broker: AMQ834002: refused filter a\\u{a}b\\u{1b}[31m"), lines);
    }

    @Test
    void aLineHasTheHighestLevelOfItsMessages() {
        List<Level> levels = new ArrayList<>();
        BrokerLog leveled = new BrokerLog((level, line) -> levels.add(level));
        leveled.add(Level.INFO, "AMQ1: x");
        leveled.add(Level.SEVERE, "AMQ1: y");
        leveled.add(Level.WARNING, "AMQ1: z");
        leveled.write();

        assertEquals(List.of(Level.SEVERE), levels);
    }
}
