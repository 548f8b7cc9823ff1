package securemqtt.responder.check;

import java.io.Console;
import java.util.Map;

/**
 * What standard output can show.
 *
 * @param isColored whether to use colors
 * @param hasProgress whether a line may be overwritten
 */
record TerminalStyle(boolean isColored, boolean hasProgress) {
    static final TerminalStyle PLAIN = new TerminalStyle(false, false);

    /** The style for this process. */
    static TerminalStyle detect() {
        return of(isTerminal(System.console()), System.getenv());
    }

    /** @param environment the variables {@code NO_COLOR} (see no-color.org) and {@code TERM} count */
    static TerminalStyle of(boolean isTerminal, Map<String, String> environment) {
        boolean isCapable = isTerminal && !"dumb".equals(environment.get("TERM"));
        return new TerminalStyle(
                isCapable && environment.getOrDefault("NO_COLOR", "").isEmpty(), isCapable);
    }

    /** From Java 22 on, there is a console also where there is no terminal, and a method to tell. */
    private static boolean isTerminal(Console console) {
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
