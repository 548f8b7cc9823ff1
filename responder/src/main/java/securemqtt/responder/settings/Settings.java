package securemqtt.responder.settings;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import securemqtt.protocol.NetId;
import securemqtt.protocol.Topics;
import securemqtt.startup.SettingErrors;
import securemqtt.startup.SettingsSources;

/** Puts the settings together before Quarkus starts, which would be too late for an embedded broker. */
public final class Settings {
    private static final int CONVERTER_PRIORITY = 200;

    private Settings() {}

    /**
     * Reads the settings of the environment, and checks all.
     *
     * @param given what the command line has decided, by the names in {@link ResponderConfig}; counts for more
     * @throws IllegalArgumentException with a message for the user, if a setting is wrong
     */
    public static ResponderConfig read(Map<String, String> given) {
        given.forEach((name, value) -> set(ResponderConfig.PREFIX + "." + name, value));
        try {
            SmallRyeConfig config = new SmallRyeConfigBuilder()
                    .addDefaultInterceptors()
                    .withCustomizers(new SettingsSources())
                    // Quarkus's own, which it will use as well: 10m, not only PT10M.
                    .withConverter(Duration.class, CONVERTER_PRIORITY, new DurationConverter())
                    .withConverter(Boolean.class, CONVERTER_PRIORITY, Settings::trueOrFalse)
                    .withMapping(ResponderConfig.class)
                    .build();
            for (Method setting : ResponderConfig.class.getDeclaredMethods()) {
                checkNotEmpty(config, setting);
            }
            ResponderConfig settings = config.getConfigMapping(ResponderConfig.class);
            check(settings);
            return settings;
        } catch (ConfigValidationException e) {
            throw new IllegalArgumentException(SettingErrors.inWords(e), e);
        }
    }

    /** Else anything but true would mean false: no TLS for whoever mistypes it. */
    private static Boolean trueOrFalse(String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            // As SmallRye's own converters tell of an empty value.
            case "" -> null;
            default -> throw new IllegalArgumentException("neither true nor false");
        };
    }

    /** Empty would mean not given: no TLS, and nobody to trust, for whoever has {@code SECURE_MQTT_CAFILE=$UNKNOWN}. */
    private static void checkNotEmpty(SmallRyeConfig config, Method setting) {
        String property = ResponderConfig.PREFIX + "."
                + setting.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
        if ("".equals(config.getConfigValue(property).getValue())) {
            throw new IllegalArgumentException(SettingErrors.empty(property));
        }
    }

    /** Makes a setting known to Quarkus, above all that its files and the environment say. */
    public static void set(String name, String value) {
        // In the configuration ${…} means another setting, here it means itself.
        System.setProperty(name, value.replace("${", "\\${"));
    }

    /** The topic filter of the requests that are served. */
    public static String requests(ResponderConfig settings) {
        return settings.netid().map(NetId::new).map(Topics::allRequests).orElse(Topics.allRequests());
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
