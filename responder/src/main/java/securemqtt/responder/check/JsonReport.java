package securemqtt.responder.check;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** The results for programs. docs/check.md describes the form. */
final class JsonReport {
    private JsonReport() {}

    static String of(Report report) {
        JsonArray cases = new JsonArray();
        report.results().forEach(result -> cases.add(object(result)));
        JsonObject all =
                new JsonObject().put("command", new JsonArray(report.command())).put("cases", cases);
        for (CheckCase.Kind kind : CheckCase.Kind.values()) {
            all.put(kind.id(), counts(report, kind));
        }
        return all.encodePrettily() + "\n";
    }

    private static JsonObject object(CheckResult result) {
        return new JsonObject()
                .put("id", result.check().id())
                .put("kind", result.check().kind().id())
                .put("result", result.outcome().id())
                .put("expected", result.expected())
                .put("seen", result.seen())
                .put("why", result.check().why())
                .put("fix", result.check().fix())
                .put("seconds", result.seconds());
    }

    private static JsonObject counts(Report report, CheckCase.Kind kind) {
        return new JsonObject()
                .put("passed", report.count(kind, CheckResult.Outcome.PASS))
                .put("failed", report.count(kind, CheckResult.Outcome.FAIL))
                .put("skipped", report.count(kind, CheckResult.Outcome.SKIP));
    }
}
