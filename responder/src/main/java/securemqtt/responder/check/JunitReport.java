package securemqtt.responder.check;

import java.util.List;
import java.util.Locale;

/** The results as the XML of JUnit, which systems for continuous integration read. */
final class JunitReport {
    private final Report report;
    private final Markup xml = new Markup();

    private JunitReport(Report report) {
        this.report = report;
    }

    static String of(Report report) {
        return new JunitReport(report).write();
    }

    private String write() {
        xml.xmlDeclaration();
        suite("testsuites", "secure_mqtt_responder check", report.results());
        for (CheckCase.Kind kind : CheckCase.Kind.values()) {
            List<CheckResult> results = report.results(kind);
            if (!results.isEmpty()) {
                suite("testsuite", kind.id(), results);
                results.forEach(this::testCase);
                xml.end().newline();
            }
        }
        return xml.end().newline().toString();
    }

    private void suite(String element, String name, List<CheckResult> results) {
        xml.start(
                        element,
                        "name",
                        name,
                        "tests",
                        Integer.toString(results.size()),
                        "failures",
                        count(results, CheckResult.Outcome.FAIL),
                        "errors",
                        "0",
                        "skipped",
                        count(results, CheckResult.Outcome.SKIP),
                        "time",
                        time(results.stream().mapToDouble(CheckResult::seconds).sum()))
                .newline();
    }

    private void testCase(CheckResult result) {
        xml.start(
                "testcase",
                "classname",
                result.check().kind().id(),
                "name",
                result.check().id(),
                "time",
                time(result.seconds()));
        switch (result.outcome()) {
            case PASS -> {
                // Nothing more to say.
            }
            case FAIL ->
                xml.element(
                        "failure",
                        "\n" + String.join("\n", FailureText.lines(report, result)) + "\n",
                        "message",
                        "expected: " + result.expected() + "; seen: " + result.seen(),
                        "type",
                        "failure");
            case SKIP -> xml.empty("skipped", "message", result.seen());
        }
        xml.end().newline();
    }

    private static String count(List<CheckResult> results, CheckResult.Outcome outcome) {
        return Long.toString(
                results.stream().filter(result -> result.outcome() == outcome).count());
    }

    private static String time(double seconds) {
        return String.format(Locale.ROOT, "%.3f", seconds);
    }
}
