package securemqtt.responder.log;

/** Text from strangers, made fit for a log line: it cannot end the line, colour it or run on for ever. */
public final class LogText {
    private static final int MAX_LENGTH = 200;

    private static final int MAX_LINE_LENGTH = 4000;

    private LogText() {}

    /** A part of a line. */
    public static String of(String text) {
        return of(text, MAX_LENGTH);
    }

    /** A whole line. */
    public static String line(String text) {
        return of(text, MAX_LINE_LENGTH);
    }

    private static String of(String text, int longest) {
        StringBuilder printable = new StringBuilder();
        text.codePoints().limit(longest).forEach(codePoint -> append(printable, codePoint));
        if (text.codePointCount(0, text.length()) > longest) {
            printable.append('…');
        }
        return printable.toString();
    }

    private static void append(StringBuilder printable, int codePoint) {
        switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> printable.append("\\u{" + Integer.toHexString(codePoint) + "}");
            default -> printable.appendCodePoint(codePoint);
        }
    }
}
