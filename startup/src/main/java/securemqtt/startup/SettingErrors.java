package securemqtt.startup;

import io.smallrye.config.ConfigValidationException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Describes wrong settings to the user, by the names of their environment variables. */
public final class SettingErrors {
    private static final Pattern CONVERSION = Pattern.compile("property ([^ ]+) with the config value \"(.*?)\"");
    private static final Pattern EMPTINESS = Pattern.compile("property ([^ ]+) is defined as the empty String");

    private SettingErrors() {}

    /** Describes the first problem, without the technical details in SmallRye Config's message. */
    public static String describe(ConfigValidationException problems) {
        String problem = problems.getProblem(0).getMessage();
        Matcher conversion = CONVERSION.matcher(problem);
        if (conversion.find()) {
            return variable(conversion.group(1)) + " must not be '" + conversion.group(2) + "'";
        }
        Matcher emptiness = EMPTINESS.matcher(problem);
        return emptiness.find() ? empty(emptiness.group(1)) : problem;
    }

    /** The message for an empty setting, which is never intended. */
    public static String empty(String property) {
        return variable(property) + " must not be empty; unset it if you do not need it";
    }

    private static String variable(String property) {
        return property.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }
}
