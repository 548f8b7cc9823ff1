package securemqtt.responder.log;

/**
 * Makes untrusted text safe for a log line: it cannot end the line, colour it, or fill the log. Control characters,
 * format characters and unassigned code points become their hexadecimal numbers.
 */
public final class LogText {
    private static final int MAX_LENGTH = 200;

    private static final int MAX_LINE_LENGTH = 4000;

    private LogText() {}

    /** Escapes a part of a line, and cuts it after {@value #MAX_LENGTH} code points. */
    public static String of(String text) {
        return of(text, MAX_LENGTH);
    }

    /** Escapes a whole line, and cuts it after {@value #MAX_LINE_LENGTH} code points. */
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
