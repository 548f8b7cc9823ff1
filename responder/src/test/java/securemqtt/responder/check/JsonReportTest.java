package securemqtt.responder.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static securemqtt.responder.check.CheckFixtures.failed;
import static securemqtt.responder.check.CheckFixtures.observed;
import static securemqtt.responder.check.CheckFixtures.passed;
import static securemqtt.responder.check.CheckFixtures.report;
import static securemqtt.responder.check.CheckFixtures.run;
import static securemqtt.responder.check.CheckFixtures.skipped;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

class JsonReportTest {
    @Test
    void theNamesAreThoseOfTheDocumentation() {
        Report report = report(
                passed("reverse", CheckCase.Kind.LAB),
                skipped("default-port", CheckCase.Kind.LAB),
                failed("deadline", CheckCase.Kind.ROBUSTNESS, observed(run(3, "", ""))));

        assertEquals(new JsonObject("""
                        {
                          "command": ["python3", "my client.py"],
                          "cases": [
                            {
                              "id": "reverse", "kind": "lab", "result": "pass",
                              "expected": "it works", "seen": "as expected",
                              "why": "Because of reverse.", "fix": "Mend reverse.", "seconds": 0.412
                            },
                            {
                              "id": "default-port", "kind": "lab", "result": "skip",
                              "expected": "it works", "seen": "port 1884 is in use",
                              "why": "Because of default-port.", "fix": "Mend default-port.", "seconds": 0.003
                            },
                            {
                              "id": "deadline", "kind": "robustness", "result": "fail",
                              "expected": "the exit code is 0", "seen": "the exit code is 3",
                              "why": "Because of deadline.", "fix": "Mend deadline.", "seconds": 1.25
                            }
                          ],
                          "lab": {"passed": 1, "failed": 0, "skipped": 1},
                          "robustness": {"passed": 0, "failed": 1, "skipped": 0}
                        }
                        """), new JsonObject(JsonReport.of(report)));
    }
}
