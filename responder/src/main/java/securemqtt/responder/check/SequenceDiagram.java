package securemqtt.responder.check;

import java.util.List;

/** Draws a conversation as a list of rows, each with its arrows between client, broker and responder. */
final class SequenceDiagram {
    private static final int MAX_STEPS = 150;
    private static final int HEAD = 6;

    private SequenceDiagram() {}

    static void write(Conversation conversation, Markup html) {
        html.start("ol", "class", "steps", "role", "list").newline();
        names(html);
        Excerpt<Conversation.Step> excerpt = Excerpt.of(conversation.steps(), MAX_STEPS);
        excerpt.first().forEach(step -> row(step, html));
        if (excerpt.omitted() > 0) {
            html.start("li")
                    .start("p")
                    .text("… " + excerpt.omitted() + " steps left out")
                    .end()
                    .end()
                    .newline();
        }
        excerpt.last().forEach(step -> row(step, html));
        html.end().newline();
    }

    /** The names above the three lines. Screen readers hear the names in each row. */
    private static void names(Markup html) {
        html.start("li", "aria-hidden", "true")
                .element("span", "", "class", "time")
                .start("div", "class", "arrows")
                .start("svg");
        for (Conversation.Party party : Conversation.Party.values()) {
            html.element("text", party.toString(), "x", Integer.toString(x(party)), "y", "16");
        }
        html.end().end().element("p", "").end().newline();
    }

    private static void row(Conversation.Step step, Markup html) {
        html.start("li").element("span", step.time(), "class", "time").start("div", "class", "arrows");
        html.start("svg", "role", "img").element("title", step.arrows());
        for (Conversation.Party party : Conversation.Party.values()) {
            String x = Integer.toString(x(party));
            html.empty("line", "class", "lifeline", "x1", x, "y1", "0", "x2", x, "y2", "100%");
        }
        html.start("g", "transform", "translate(0 14)");
        List<Conversation.Party> route = step.route();
        for (int i = 0; i + 1 < route.size(); i++) {
            int from = x(route.get(i));
            int to = x(route.get(i + 1));
            html.empty(
                    "path",
                    "class",
                    step.isEnd() ? "arrow cut" : "arrow",
                    "d",
                    step.isEnd() ? cut(from, to) : arrow(from, to));
        }
        html.end().end().end().start("p").element("b", step.type());
        if (!step.name().isEmpty()) {
            html.text(" ").element("span", step.name(), "class", "name");
        }
        step.details().forEach(detail -> html.text(", " + detail));
        html.end().end().newline();
    }

    private static int x(Conversation.Party party) {
        return switch (party) {
            case CLIENT -> 20;
            case BROKER -> 84;
            case RESPONDER -> 150;
        };
    }

    private static String arrow(int from, int to) {
        int back = from < to ? -HEAD : HEAD;
        return "M" + from + " 0H" + to + "m" + back + " -4L" + to + " 0l" + back + " 4";
    }

    /** A line with a cross in the middle. */
    private static String cut(int from, int to) {
        int middle = (from + to) / 2;
        return "M" + from + " 0H" + to + "M" + (middle - 4) + " -4l8 8m0 -8l-8 8";
    }
}
