package securemqtt.responder.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import securemqtt.responder.log.LogText;

/** A failed case in printable lines: what happened, and how to mend it. */
final class FailureText {
    private static final int MAX_OUTPUT_LINES = 12;
    private static final int MAX_STEPS = 30;

    private final List<String> lines = new ArrayList<>();

    private FailureText() {}

    /** The lines about a result that has an observation. */
    static List<String> lines(Report report, CheckResult result) {
        FailureText text = new FailureText();
        Observation observed = result.observation().orElseThrow();
        observed.runs().forEach(text::run);
        text.add("expected", result.expected());
        text.add("seen", result.seen());
        text.addAll("packets", Conversation.of(observed).lines(MAX_STEPS), "none");
        result.furtherRefusals().forEach(refusal -> text.add("refused", refusal));
        text.add("why", result.check().why());
        text.add("fix", result.check().fix());
        text.add("again", report.repetition(result.check()));
        return List.copyOf(text.lines);
    }

    private void run(ClientRun run) {
        add("run", run.commandLine());
        add(
                "ended",
                run.end()
                        + String.format(
                                Locale.ROOT, " after %.1f s", run.duration().toMillis() / 1000.0));
        addAll("stdout", ClientOutput.lines(run.stdout(), MAX_OUTPUT_LINES), "empty");
        addAll("stderr", ClientOutput.lines(run.stderr(), MAX_OUTPUT_LINES), "empty");
    }

    private void add(String label, String text) {
        lines.add(String.format(Locale.ROOT, "  %-8s  %s", label, LogText.line(text)));
    }

    private void addAll(String label, List<String> texts, String ifEmpty) {
        String next = label;
        for (String text : texts.isEmpty() ? List.of(ifEmpty) : texts) {
            add(next, text);
            next = "";
        }
    }
}
