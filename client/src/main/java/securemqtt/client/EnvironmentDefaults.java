package securemqtt.client;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Takes options that are not given as arguments from the environment: {@code SECURE_MQTT_HOST} is {@code --host}. */
final class EnvironmentDefaults implements IDefaultValueProvider {
    private static final String PREFIX = "SECURE_MQTT_";

    private final Map<String, String> environment;

    /** @param environment the variables and their values; without a variable, an option has its own default */
    EnvironmentDefaults(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public String defaultValue(ArgSpec argument) {
        Optional<String> variable = variable(argument);
        String value = variable.map(environment::get).orElse(null);
        if (value != null && value.isEmpty()) {
            // An empty value is never intended: an empty SECURE_MQTT_CAFILE would silently disable TLS.
            throw new ParameterException(argument.command().commandLine(), variable.get() + " must not be empty");
        }
        return value;
    }

    /**
     * The variable that an option takes its value from if no argument gives it. Empty if that variable is not set.
     */
    Optional<String> source(ArgSpec argument) {
        return variable(argument).filter(environment::containsKey);
    }

    /** The name of the option's variable. Options that concern a single call only have none. */
    static Optional<String> variable(ArgSpec argument) {
        if (!argument.isOption()) {
            return Optional.empty();
        }
        OptionSpec option = (OptionSpec) argument;
        String name = option.longestName();
        return option.usageHelp() || option.versionHelp() || name.equals(SecureMqttClient.STDIN)
                ? Optional.empty()
                : Optional.of(PREFIX
                        + name.substring("--".length()).toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
