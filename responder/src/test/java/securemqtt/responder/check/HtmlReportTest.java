package securemqtt.responder.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static securemqtt.responder.check.CheckFixtures.failed;
import static securemqtt.responder.check.CheckFixtures.fromClient;
import static securemqtt.responder.check.CheckFixtures.message;
import static securemqtt.responder.check.CheckFixtures.observed;
import static securemqtt.responder.check.CheckFixtures.passed;
import static securemqtt.responder.check.CheckFixtures.report;
import static securemqtt.responder.check.CheckFixtures.run;
import static securemqtt.responder.check.CheckFixtures.skipped;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class HtmlReportTest {
    private static final CheckCase.Kind LAB = CheckCase.Kind.LAB;
    private static final XPath XPATH = XPathFactory.newInstance().newXPath();

    @Test
    void theSummaryHasCountsAndLinksToTheFailures() throws Exception {
        Document page = parse(report(passed("reverse", LAB), failed("shuffle", LAB, observed(run(3, "", "")))));

        assertEquals("Check of python3 'my client.py'", text(page, "//h1"));
        assertEquals("lab 1 of 2", text(page, "//p[@class='score']"));
        assertEquals("shuffle", text(page, "//nav//a"));
        assertEquals(
                "does shuffle", text(page, "substring(//details[@id=substring(//nav//a/@href, 2)]/summary, 14, 12)"));
    }

    @Test
    void failuresAreOpen() throws Exception {
        Document page = parse(report(
                passed("reverse", LAB),
                failed("shuffle", LAB, observed(run(3, "", ""))),
                skipped("default-port", LAB)));

        assertEquals("1", text(page, "count(//details[@open])"));
        assertEquals("case-shuffle", text(page, "//details[@open]/@id"));
    }

    @Test
    void nothingIsLoadedAndNothingRuns() throws Exception {
        Document page = parse(
                report(failed("shuffle", LAB, observed(run(3, "", ""), fromClient(1, Packet.Type.CONNECT, "me")))));
        byte[] hash = MessageDigest.getInstance("SHA-256")
                .digest(text(page, "//style").getBytes(StandardCharsets.UTF_8));

        assertEquals(
                "default-src 'none'; style-src 'sha256-" + Base64.getEncoder().encodeToString(hash)
                        + "'; base-uri 'none'; form-action 'none'",
                text(page, "//meta[@http-equiv='Content-Security-Policy']/@content"));
        assertEquals("0", text(page, "count(//script | //link | //img | //@src | //@style)"));
        assertFalse(text(page, "//style").matches("(?s).*(url\\(|@import|[<>&]).*"));
    }

    @Test
    void eachMessageIsARowOfArrows() throws Exception {
        Observation observed = new Observation(
                List.of(run(3, "", "")),
                List.of(message(1, true, "a/uppercase/request", "x"), message(5, false, "a/uppercase/response", "X")),
                List.of(),
                List.of(message(2, false, "a/uppercase/request", "x")));

        Document page = parse(report(failed("shuffle", LAB, observed)));

        assertEquals("client → broker → responder", text(page, "(//svg/title)[1]"));
        assertEquals("2", text(page, "count((//li[svg or div/svg/title])[1]//path)"));
        assertEquals("broker → client", text(page, "(//svg/title)[2]"));
        assertEquals("1", text(page, "count((//li[svg or div/svg/title])[2]//path)"));
        assertEquals("PUBLISH a/uppercase/request, 1 byte, QoS 1", text(page, "(//li/p[b])[1]"));
    }

    @Test
    void clientOutputIsEscaped() throws Exception {
        String attack = "</pre><script>alert(1)</script><!-- \033[2J\0 &lt; \" onload='x'\n";
        Document page = parse(report(
                failed("shuffle", LAB, observed(run(3, attack, attack), fromClient(1, Packet.Type.CONNECT, attack)))));

        assertEquals("0", text(page, "count(//script)"));
        assertEquals(
                "</pre><script>alert(1)</script><!-- \\u{1b}[2J\\u{0} &lt; \" onload='x'",
                text(page, "//dd[preceding-sibling::dt[1]='Standard output']/pre"));
        assertTrue(text(page, "//li/p[b='CONNECT']").contains("<script>"), text(page, "//li"));
    }

    @Test
    void aCheckThatWasStoppedSaysSo() throws Exception {
        Document page = parse(new Report(List.of("./client"), List.of(passed("reverse", LAB)), 44));

        assertEquals("Stopped: 1 of 44 cases ended.", text(page, "//header/p[2]"));
    }

    private static Document parse(Report report) throws Exception {
        byte[] xml = HtmlReport.of(report).getBytes(StandardCharsets.UTF_8);
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(xml));
    }

    private static String text(Document page, String path) throws Exception {
        return XPATH.evaluate(path, page);
    }
}
