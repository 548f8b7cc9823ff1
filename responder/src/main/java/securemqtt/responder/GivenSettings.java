package securemqtt.responder;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import securemqtt.responder.settings.ResponderConfig;
import securemqtt.responder.settings.Settings;
import securemqtt.startup.ValueChecks;

/**
 * The options of a command that set something in {@link ResponderConfig}. Each has the name of its setting:
 * {@code --management-port} sets {@code managementPort}.
 */
final class GivenSettings {
    private GivenSettings() {}

    /**
     * Reads the settings. An option that is given has priority over its environment variable.
     *
     * @throws ParameterException if a setting is wrong
     */
    static ResponderConfig read(CommandSpec command) {
        try {
            return Settings.read(given(command));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    private static Map<String, String> given(CommandSpec command) {
        ParseResult arguments = command.commandLine().getParseResult();
        Map<String, String> given = new LinkedHashMap<>();
        for (OptionSpec option : command.options()) {
            if (arguments.hasMatchedOption(option)) {
                String value = option.getValue().toString();
                // SmallRye Config treats an empty setting as not given: --cafile '' would silently disable TLS.
                ValueChecks.checkNotEmpty(option.longestName(), value);
                given.put(name(option), value);
            }
        }
        return given;
    }

    /** The name of the setting that an option sets. */
    static String name(OptionSpec option) {
        return option.longestName().substring("--".length());
    }
}
