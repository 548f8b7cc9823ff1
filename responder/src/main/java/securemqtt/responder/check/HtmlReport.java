package securemqtt.responder.check;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import securemqtt.responder.log.LogText;

/** The results as one HTML file that loads nothing and runs no script. */
final class HtmlReport {
    private static final int MAX_OUTPUT_LINES = 40;

    /** Contains no character that HTML or XML would have to escape. */
    private static final String STYLE = """

            :root { color-scheme: light dark; --text: #1c2024; --quiet: #5b626a; --page: #ffffff; --box: #f4f5f6;
              --line: #d3d7db; --arrow: #1f5fbf; --pass: #1a7f37; --fail: #b42318; --skip: #7a5b00; }
            @media (prefers-color-scheme: dark) {
              :root { --text: #e6e8ea; --quiet: #a3abb3; --page: #14171a; --box: #1e2226; --line: #3b4249;
                --arrow: #8ab4f8; --pass: #4cc38a; --fail: #ff8a80; --skip: #e2b93b; }
            }
            * { box-sizing: border-box; }
            body { margin: 0 auto; padding: 1rem; max-width: 62rem; color: var(--text); background: var(--page);
              font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
            h1 { font-size: 1.5rem; line-height: 1.25; margin: 0.5rem 0; }
            h1 code { font-size: 1.25rem; }
            h2 { font-size: 1.25rem; margin: 2rem 0 0.5rem; }
            h3 { display: inline; font-size: 1rem; margin: 0; }
            h4 { font-size: 0.9rem; margin: 1rem 0 0.25rem; color: var(--quiet); }
            p { margin: 0.25rem 0; }
            a { color: var(--arrow); }
            code, pre, .name { font-family: ui-monospace, monospace; font-size: 0.875rem; }
            pre { margin: 0; padding: 0.5rem 0.75rem; background: var(--box); border-radius: 0.25rem;
              white-space: pre-wrap; }
            .score { font-size: 1.125rem; font-weight: 600; }
            .quiet { color: var(--quiet); }
            .failures { padding-left: 1.25rem; }
            details { border-bottom: 1px solid var(--line); }
            summary { padding: 0.5rem 0.25rem; cursor: pointer; }
            summary:hover { background: var(--box); }
            summary:focus-visible, a:focus-visible { outline: 2px solid var(--arrow); }
            .result { display: inline-block; min-width: 2.75rem; font-weight: 700; }
            .pass { color: var(--pass); }
            .fail { color: var(--fail); }
            .skip { color: var(--skip); }
            .body { padding: 0 0.25rem 1.25rem 1.25rem; }
            dl { margin: 0; display: grid; grid-template-columns: 8.75rem 1fr; gap: 0.25rem 0.75rem; }
            pre + dl { margin-top: 0.5rem; }
            dt { color: var(--quiet); }
            dd { margin: 0; min-width: 0; white-space: pre-wrap; }
            .steps { list-style: none; margin: 0; padding: 0; font-size: 0.875rem; }
            .steps li { display: grid; grid-template-columns: 4.75rem 180px 1fr; gap: 0 0.75rem; min-height: 1.75rem; }
            .steps .time { text-align: right; color: var(--quiet); padding-top: 0.2rem;
              font-variant-numeric: tabular-nums; }
            .steps p { margin: 0; padding: 0.2rem 0; min-width: 0; }
            .arrows { position: relative; width: 180px; min-height: 1.75rem; }
            .arrows svg { position: absolute; inset: 0; width: 100%; height: 100%; }
            .arrows text { font-size: 12px; fill: var(--quiet); text-anchor: middle; }
            .lifeline { stroke: var(--line); stroke-width: 2; }
            .arrow { stroke: var(--arrow); stroke-width: 2; fill: none; stroke-linejoin: round; }
            .cut { stroke: var(--quiet); stroke-dasharray: 4 3; }
            @media (max-width: 40rem) {
              body { padding: 0.75rem; }
              dl { grid-template-columns: 1fr; gap: 0; }
              dd { margin-bottom: 0.5rem; }
              .body { padding-left: 0; }
              .steps li { grid-template-columns: 4.25rem 1fr; min-height: 0; }
              .steps p { grid-row: 1; grid-column: 2; }
              .steps .arrows { grid-column: 1 / -1; }
              .steps .time { grid-row: 1; text-align: left; }
            }
            @media print {
              :root { --text: #000000; --quiet: #333333; --page: #ffffff; --box: #ffffff; --line: #999999;
                --arrow: #000000; --pass: #000000; --fail: #000000; --skip: #000000; }
              body { max-width: none; padding: 0; }
              pre { border: 1px solid var(--line); }
              li, dt, dd, summary { break-inside: avoid; }
              summary, h2, h4 { break-after: avoid; }
              details::details-content { display: block; content-visibility: visible; block-size: auto; }
            }
            """;

    private final Report report;
    private final Markup html = new Markup();

    private HtmlReport(Report report) {
        this.report = report;
    }

    static String of(Report report) {
        return new HtmlReport(report).write();
    }

    private String write() {
        html.htmlDeclaration().start("html", "lang", "en").newline();
        head();
        html.start("body").newline().start("header").newline();
        summary();
        html.end().newline().start("main").newline();
        for (CheckCase.Kind kind : CheckCase.Kind.values()) {
            List<CheckResult> results = report.results(kind);
            if (!results.isEmpty()) {
                html.start("section").element("h2", heading(kind)).newline();
                results.forEach(this::result);
                html.end().newline();
            }
        }
        return html.end().end().end().newline().toString();
    }

    private void head() {
        html.start("head")
                .empty("meta", "charset", "utf-8")
                .empty(
                        "meta",
                        "http-equiv",
                        "Content-Security-Policy",
                        "content",
                        "default-src 'none'; style-src 'sha256-" + hash(STYLE)
                                + "'; base-uri 'none'; form-action 'none'")
                .empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
                .element("title", "Check of " + command() + ": " + report.counts())
                .element("style", STYLE)
                .end()
                .newline();
    }

    private static String hash(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private String command() {
        return LogText.line(ClientRun.commandLine(report.command()));
    }

    private void summary() {
        html.start("h1").text("Check of ").element("code", command()).end().newline();
        html.element("p", report.counts(), "class", "score").newline();
        if (!report.isComplete()) {
            html.element("p", "Stopped: " + report.results().size() + " of " + report.chosen() + " cases ended.")
                    .newline();
        }
        List<CheckResult> failures = report.results().stream()
                .filter(result -> result.outcome() == CheckResult.Outcome.FAIL)
                .toList();
        if (!failures.isEmpty()) {
            html.start("nav", "aria-label", "Failures")
                    .element("p", "Failures:")
                    .start("ul", "class", "failures");
            failures.forEach(result -> html.start("li")
                    .element("a", result.check().id(), "href", "#" + anchor(result), "class", "name")
                    .text(" (" + result.check().kind().id() + ") "
                            + result.check().sentence())
                    .end()
                    .newline());
            html.end().end().newline();
        }
    }

    private static String heading(CheckCase.Kind kind) {
        return switch (kind) {
            case LAB -> "Asked for by the lab";
            case ROBUSTNESS -> "Robustness";
        };
    }

    private static String anchor(CheckResult result) {
        return "case-" + result.check().id();
    }

    private void result(CheckResult result) {
        String outcome = result.outcome().id();
        html.start("details", "id", anchor(result));
        if (result.outcome() == CheckResult.Outcome.FAIL) {
            html.attribute("open", "open");
        }
        html.start("summary")
                .element("span", outcome, "class", "result " + outcome)
                .text(" ")
                .element("h3", result.check().id(), "class", "name")
                .text(" " + result.check().sentence() + " ")
                .element("span", String.format(Locale.ROOT, "%.1f\u00A0s", result.seconds()), "class", "quiet")
                .end()
                .newline()
                .start("div", "class", "body");
        html.start("dl");
        define("Expected", result.expected());
        define("Seen", result.seen());
        define("Why", result.check().why());
        result.furtherRefusals().forEach(refusal -> define("Refused", refusal));
        if (result.outcome() == CheckResult.Outcome.FAIL) {
            define("Fix", result.check().fix());
            defineCode("Again", report.repetition(result.check()));
        }
        html.end().newline();
        result.observation().ifPresent(this::observation);
        html.end().end().newline();
    }

    private void define(String term, String description) {
        html.element("dt", term).element("dd", LogText.line(description)).newline();
    }

    private void defineCode(String term, String code) {
        html.element("dt", term)
                .start("dd")
                .element("code", LogText.line(code))
                .end()
                .newline();
    }

    private void observation(Observation observed) {
        for (int i = 0; i < observed.runs().size(); i++) {
            html.element("h4", observed.runs().size() == 1 ? "Run" : "Run " + (i + 1))
                    .newline();
            run(observed.runs().get(i));
        }
        html.element("h4", "Packets").newline();
        conversation(Conversation.of(observed));
    }

    private void run(ClientRun run) {
        html.element("pre", LogText.line(run.commandLine())).newline().start("dl");
        define(
                "Ended",
                run.end()
                        + String.format(
                                Locale.ROOT, " after %.1f s", run.duration().toMillis() / 1000.0));
        output("Standard output", run.stdout());
        output("Standard error", run.stderr());
        html.end().newline();
    }

    private void output(String name, byte[] output) {
        List<String> lines = ClientOutput.lines(output, MAX_OUTPUT_LINES);
        html.element("dt", name).start("dd");
        if (lines.isEmpty()) {
            html.element("span", "empty", "class", "quiet");
        } else {
            html.element("pre", String.join("\n", lines));
        }
        html.end().newline();
    }

    private void conversation(Conversation conversation) {
        if (conversation.steps().isEmpty()) {
            html.element("p", "No connection to the broker.", "class", "quiet").newline();
            return;
        }
        SequenceDiagram.write(conversation, html);
    }
}
