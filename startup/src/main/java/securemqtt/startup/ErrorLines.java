package securemqtt.startup;

/** The form of the lines that report an error on standard error. */
public final class ErrorLines {
    private ErrorLines() {}

    /** @param problem what failed: lower case, no full stop */
    public static String error(String program, String problem) {
        return program + ": error: " + problem;
    }

    /** @param hint what the user can do now, in the same form */
    public static String hint(String program, String hint) {
        return program + ": hint: " + hint;
    }
}
