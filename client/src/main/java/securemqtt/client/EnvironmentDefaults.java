package securemqtt.client;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Options that are not given as arguments are taken from the environment, where {@code SECURE_MQTT_HOST} is --host. */
final class EnvironmentDefaults implements IDefaultValueProvider {
    private static final String PREFIX = "SECURE_MQTT_";

    private final Map<String, String> environment;

    /** @param environment variables and their values; one that is not there leaves the option's own default */
    EnvironmentDefaults(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public String defaultValue(ArgSpec argument) {
        Optional<String> variable = variable(argument);
        String value = variable.map(environment::get).orElse(null);
        // As nobody can mean: without an authority's file, for instance, there might be no TLS.
        if (value != null && value.isEmpty()) {
            throw new ParameterException(argument.command().commandLine(), variable.get() + " must not be empty");
        }
        return value;
    }

    /** The variable that the option's value comes from, if it is not given as an argument; empty if there is none. */
    Optional<String> source(ArgSpec argument) {
        return variable(argument).filter(environment::containsKey);
    }

    /** The name of the option's variable; empty for what belongs to one call only. */
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
