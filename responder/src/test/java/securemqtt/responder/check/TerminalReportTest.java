package securemqtt.responder.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static securemqtt.responder.check.CheckFixtures.failed;
import static securemqtt.responder.check.CheckFixtures.fromClient;
import static securemqtt.responder.check.CheckFixtures.observed;
import static securemqtt.responder.check.CheckFixtures.passed;
import static securemqtt.responder.check.CheckFixtures.refused;
import static securemqtt.responder.check.CheckFixtures.report;
import static securemqtt.responder.check.CheckFixtures.run;
import static securemqtt.responder.check.CheckFixtures.skipped;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import securemqtt.protocol.Refusal;

class TerminalReportTest {
    private static final CheckCase.Kind LAB = CheckCase.Kind.LAB;
    private static final CheckCase.Kind ROBUSTNESS = CheckCase.Kind.ROBUSTNESS;

    private final StringWriter printed = new StringWriter();

    @Test
    void eachCaseIsALine() {
        TerminalReport terminal = terminal(TerminalStyle.PLAIN, 3);

        terminal.begin();
        terminal.ended(passed("reverse", LAB));
        terminal.ended(failed("long-message", ROBUSTNESS, observed(run(3, "", ""))));
        terminal.ended(skipped("default-port", LAB));

        assertEquals("""
                pass  lab         reverse                    0.4 s  does reverse
                fail  robustness  long-message               1.3 s  does long-message
                skip  lab         default-port               0.0 s  port 1884 is in use
                """, text());
    }

    @Test
    void aTerminalShowsColorsAndTheProgress() {
        TerminalReport terminal = terminal(new TerminalStyle(true, true), 2);

        terminal.begin();
        terminal.ended(passed("reverse", LAB));
        terminal.ended(failed("shuffle", LAB, observed(run(3, "", ""))));

        assertEquals("""
                0 of 2\r\033[K\033[32mpass\033[0m  lab         reverse                    0.4 s  does reverse
                1 of 2\r\033[K\033[31mfail\033[0m  lab         shuffle                    1.3 s  does shuffle
                """, text());
    }

    @Test
    void aFailureHasACauseAndAFix() {
        Report report = report(
                passed("reverse", LAB),
                failed(
                        "shuffle",
                        LAB,
                        observed(
                                run(3, "", "Traceback\nKeyError: 'key'\n"),
                                fromClient(412, Packet.Type.CONNECT, "me"))));

        terminal(TerminalStyle.PLAIN, 2).finished(report);

        assertEquals("""

                shuffle: does shuffle
                  run       ./client -p 1885 le0nh4rt uppercase ' a b'
                  ended     exit code 3 after 0.7 s
                  stdout    empty
                  stderr    Traceback
                            KeyError: 'key'
                  expected  the exit code is 0
                  seen      the exit code is 3
                  packets   0.412 s  client → broker  CONNECT me
                  why       Because of shuffle.
                  fix       Mend shuffle.
                  again     secure_mqtt_responder check --only shuffle -- python3 'my client.py'

                lab 1 of 2
                """, text());
    }

    @Test
    void aFailureNamesTheRefusedMessage() {
        terminal(TerminalStyle.PLAIN, 1)
                .finished(report(failed("shuffle", LAB, refused(run(3, "", ""), Refusal.TOKEN_NOT_AUTHENTIC))));

        assertTrue(
                text().contains("\n  refused   the responder refused the message on le0nh4rt/uppercase/request: "
                        + Refusal.TOKEN_NOT_AUTHENTIC.explanation() + "\n"),
                text());
    }

    @Test
    void aClientThatWasKilledIsNamed() {
        ClientRun killed = new ClientRun(
                List.of("./client"), OptionalInt.empty(), new byte[0], new byte[0], Duration.ofSeconds(60));

        terminal(TerminalStyle.PLAIN, 1).finished(report(failed("shuffle", LAB, observed(killed))));

        assertTrue(text().contains("\n  ended     killed at the deadline after 60.0 s\n"), text());
    }

    @Test
    void clientOutputCannotControlTheTerminal() {
        String attack = "\033[2J\033]0;title\007\r\u202e\n";

        terminal(TerminalStyle.PLAIN, 1)
                .finished(report(failed(
                        "shuffle", LAB, observed(run(3, attack, attack), fromClient(1, Packet.Type.CONNECT, attack)))));

        assertFalse(
                text().codePoints()
                        .anyMatch(character ->
                                character != '\n' && (Character.isISOControl(character) || character == '\u202e')),
                text());
    }

    @Test
    void skippedCasesAreCountedApart() {
        terminal(TerminalStyle.PLAIN, 3)
                .finished(report(passed("reverse", LAB), skipped("default-port", LAB), passed("deadline", ROBUSTNESS)));

        assertEquals("\nlab 1 of 1, robustness 1 of 1, 1 skipped\n", text());
    }

    @Test
    void aCheckThatWasStoppedSaysSo() {
        terminal(TerminalStyle.PLAIN, 44)
                .finished(new Report(List.of("./client"), List.of(passed("reverse", LAB)), 44));

        assertEquals("\nstopped: 1 of 44 cases ended\nlab 1 of 1\n", text());
    }

    private TerminalReport terminal(TerminalStyle style, int chosen) {
        return new TerminalReport(new PrintWriter(printed), style, chosen);
    }

    private String text() {
        return printed.toString().replace(System.lineSeparator(), "\n");
    }
}
