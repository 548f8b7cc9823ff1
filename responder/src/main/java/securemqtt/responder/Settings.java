package securemqtt.responder;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import securemqtt.protocol.NetId;

/** Puts the settings together before Quarkus starts, which would be too late for an embedded broker. */
final class Settings {
    private static final int CONVERTER_PRIORITY = 200;
    private static final Pattern CONVERSION = Pattern.compile("property ([^ ]+) with the config value \"(.*?)\"");

    private Settings() {}

    /**
     * Reads the settings of the environment, and checks all.
     *
     * @param given what the command line has decided, by the names in {@link ResponderConfig}; counts for more
     * @throws IllegalArgumentException with a message for the user, if a setting is wrong
     */
    static ResponderConfig read(Map<String, String> given) {
        given.forEach((name, value) -> set(ResponderConfig.PREFIX + "." + name, value));
        try {
            ResponderConfig settings = new SmallRyeConfigBuilder()
                    .addDefaultInterceptors()
                    .addDefaultSources()
                    // Quarkus's own, which it will use as well: 10m, not only PT10M.
                    .withConverter(Duration.class, CONVERTER_PRIORITY, new DurationConverter())
                    .withMapping(ResponderConfig.class)
                    .build()
                    .getConfigMapping(ResponderConfig.class);
            check(settings);
            return settings;
        } catch (ConfigValidationException e) {
            throw new IllegalArgumentException(inWords(e.getProblem(0).getMessage()), e);
        }
    }

    /** SmallRye says what is wrong, and a lot beside it. */
    private static String inWords(String problem) {
        Matcher matcher = CONVERSION.matcher(problem);
        if (!matcher.find()) {
            return problem;
        }
        String variable = matcher.group(1).toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
        return variable + " must not be '" + matcher.group(2) + "'";
    }

    /** Makes a setting known to Quarkus, above all that its files and the environment say. */
    static void set(String name, String value) {
        // In the configuration ${…} means another setting, here it means itself.
        System.setProperty(name, value.replace("${", "\\${"));
    }

    private static void check(ResponderConfig settings) {
        if (settings.host().isBlank()) {
            throw new IllegalArgumentException("HOST must not be empty");
        }
        checkRange("PORT", settings.port(), settings.embeddedBroker() ? 0 : 1, 65535);
        settings.netid().ifPresent(NetId::new);
        if (settings.embeddedBroker()
                && (settings.tls()
                        || settings.cafile().isPresent()
                        || settings.username().isPresent()
                        || settings.passwordFile().isPresent())) {
            throw new IllegalArgumentException("the embedded broker speaks plain TCP with anybody: no --tls, --cafile,"
                    + " --username or --password-file with it");
        }
        if (settings.managementHost().isBlank()) {
            throw new IllegalArgumentException("the management host must not be empty");
        }
        settings.managementPort().ifPresent(port -> checkRange("the management port", port, 0, 65535));
        checkRange("SECURE_MQTT_MAX_SESSIONS", settings.maxSessions(), 1, Integer.MAX_VALUE);
        if (settings.sessionIdle().isNegative() || settings.sessionIdle().isZero()) {
            throw new IllegalArgumentException("SECURE_MQTT_SESSION_IDLE must be longer than nothing");
        }
    }

    private static void checkRange(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be in " + least + ".." + most + ", not " + value);
        }
    }
}
