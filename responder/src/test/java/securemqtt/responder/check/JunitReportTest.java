package securemqtt.responder.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static securemqtt.responder.check.CheckFixtures.failed;
import static securemqtt.responder.check.CheckFixtures.observed;
import static securemqtt.responder.check.CheckFixtures.passed;
import static securemqtt.responder.check.CheckFixtures.report;
import static securemqtt.responder.check.CheckFixtures.run;
import static securemqtt.responder.check.CheckFixtures.skipped;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class JunitReportTest {
    private static final XPath XPATH = XPathFactory.newInstance().newXPath();

    @Test
    void eachKindIsASuiteWithItsCounts() throws Exception {
        Document xml = parse(report(
                passed("reverse", CheckCase.Kind.LAB),
                failed("shuffle", CheckCase.Kind.LAB, observed(run(3, "", ""))),
                skipped("default-port", CheckCase.Kind.LAB),
                passed("deadline", CheckCase.Kind.ROBUSTNESS)));

        assertEquals("4 1 0 1 2.077", counts(xml, "/testsuites"));
        assertEquals("3 1 0 1 1.665", counts(xml, "/testsuites/testsuite[@name='lab']"));
        assertEquals("1 0 0 0 0.412", counts(xml, "/testsuites/testsuite[@name='robustness']"));
    }

    @Test
    void aKindWithoutResultsIsLeftOut() throws Exception {
        assertEquals("1", text(parse(report(passed("reverse", CheckCase.Kind.LAB))), "count(/testsuites/testsuite)"));
    }

    @Test
    void aCaseThatPassedIsEmpty() throws Exception {
        Document xml = parse(report(passed("reverse", CheckCase.Kind.LAB)));

        assertEquals("lab", text(xml, "//testcase[@name='reverse']/@classname"));
        assertEquals("0.412", text(xml, "//testcase[@name='reverse']/@time"));
        assertEquals("0", text(xml, "count(//testcase/*)"));
    }

    @Test
    void aFailureHasAMessageAndAText() throws Exception {
        Document xml = parse(report(failed("shuffle", CheckCase.Kind.LAB, observed(run(3, "", "no\n")))));

        assertEquals(
                "expected: the exit code is 0; seen: the exit code is 3", text(xml, "//testcase/failure/@message"));
        assertTrue(text(xml, "//testcase/failure").contains("  stderr    no\n"), text(xml, "//testcase/failure"));
    }

    @Test
    void aSkippedCaseHasItsReason() throws Exception {
        assertEquals(
                "port 1884 is in use",
                text(parse(report(skipped("default-port", CheckCase.Kind.LAB))), "//testcase/skipped/@message"));
    }

    @Test
    void noOutputBreaksTheXml() throws Exception {
        String attack = "</failure>]]>\0\033\ufffe\ud800 \"&amp;\r\n\ud83c\udf93";
        CheckResult result = new CheckResult(
                CheckFixtures.oneCase("shuffle", CheckCase.Kind.LAB),
                CheckResult.Outcome.FAIL,
                "b",
                attack,
                Optional.of(observed(run(3, attack, attack))),
                Duration.ZERO);

        Document xml = parse(report(result));

        assertEquals(
                "expected: b; seen: </failure>]]>\\u{0}\\u{1b}\\u{fffe}\\u{d800} \"&amp;\\u{d} \ud83c\udf93",
                text(xml, "//testcase/failure/@message"));
        assertTrue(text(xml, "//testcase/failure").contains("</failure>]]>\\u{0}\\u{1b}\\u{fffe}"), text(xml, "/"));
    }

    private static Document parse(Report report) throws Exception {
        byte[] xml = JunitReport.of(report).getBytes(StandardCharsets.UTF_8);
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(xml));
    }

    private static String counts(Document xml, String element) throws Exception {
        return text(
                xml,
                "concat(" + element + "/@tests, ' ', " + element + "/@failures, ' ', " + element + "/@errors, ' ', "
                        + element + "/@skipped, ' ', " + element + "/@time)");
    }

    private static String text(Document xml, String path) throws Exception {
        return XPATH.evaluate(path, xml);
    }
}
