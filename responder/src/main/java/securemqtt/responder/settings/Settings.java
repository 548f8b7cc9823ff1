package securemqtt.responder.settings;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import securemqtt.protocol.NetId;
import securemqtt.protocol.Topics;
import securemqtt.startup.SettingErrors;
import securemqtt.startup.SettingsSources;
import securemqtt.startup.ValueChecks;

/** Reads the settings before Quarkus starts, because the embedded broker starts before Quarkus. */
public final class Settings {
    private static final int CONVERTER_PRIORITY = 200;
    private static final String DEFAULT_GROUP = "secure-mqtt";
    /** A level of a topic filter, without wildcards. Some brokers allow fewer characters. */
    private static final Pattern GROUP = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private Settings() {}

    /**
     * Reads and checks the settings.
     *
     * @param given the values from the command line, by the names of the settings. They have priority over the
     *     environment.
     * @throws IllegalArgumentException with a message for the user, if a setting is wrong
     */
    public static ResponderConfig read(Map<String, String> given) {
        given.forEach((name, value) -> set(ResponderConfig.PREFIX + "." + name, value));
        try {
            SmallRyeConfig config = new SmallRyeConfigBuilder()
                    .addDefaultInterceptors()
                    .withCustomizers(new SettingsSources())
                    // Quarkus's converter also accepts 10m, not only PT10M.
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
            throw new IllegalArgumentException(SettingErrors.describe(e), e);
        }
    }

    /** SmallRye Config's converter reads a mistyped true as false, which would silently disable TLS. */
    private static Boolean trueOrFalse(String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            // SmallRye Config's converters return null for an empty value.
            case "" -> null;
            default -> throw new IllegalArgumentException("neither true nor false");
        };
    }

    /**
     * SmallRye Config treats an empty variable as not set: {@code SECURE_MQTT_CAFILE=$UNKNOWN} would silently disable
     * TLS.
     */
    private static void checkNotEmpty(SmallRyeConfig config, Method setting) {
        String property = ResponderConfig.PREFIX + "."
                + setting.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
        if ("".equals(config.getConfigValue(property).getValue())) {
            throw new IllegalArgumentException(SettingErrors.empty(property));
        }
    }

    /** Passes a setting to Quarkus. It has priority over the environment and application.properties. */
    public static void set(String name, String value) {
        // In a configuration ${…} is the value of another setting. Here it is plain text.
        System.setProperty(name, value.replace("${", "\\${"));
    }

    /**
     * The topic filter of the requests that the responder answers. In a group it is a shared subscription: the broker
     * hands each request to one member (MQTT 5.0, section 4.8.2; brokers have it for MQTT 3.1.1 as well).
     */
    public static String requests(ResponderConfig settings) {
        return requests(settings, group(settings));
    }

    /** The topic filter of the same requests for another group. */
    public static String requests(ResponderConfig settings, Optional<String> group) {
        String filter =
                settings.netid().map(NetId::new).map(Topics::allRequests).orElse(Topics.allRequests());
        return group.map(name -> "$share/" + name + "/" + filter).orElse(filter);
    }

    /** The group of responders to which this one belongs; empty if it answers alone. */
    public static Optional<String> group(ResponderConfig settings) {
        return settings.sessions().map(shared -> settings.group().orElse(DEFAULT_GROUP));
    }

    /** Where the sessions are; empty if this process keeps them. */
    public static Optional<SessionsAddress> sessions(ResponderConfig settings) {
        return settings.sessions().map(SessionsAddress::parse);
    }

    private static void check(ResponderConfig settings) {
        ValueChecks.checkNotBlank("HOST", settings.host());
        ValueChecks.checkRange("PORT", settings.port(), settings.embeddedBroker() ? 0 : 1, ValueChecks.MAX_PORT);
        settings.netid().ifPresent(NetId::new);
        if (settings.embeddedBroker()
                && (settings.tls()
                        || settings.cafile().isPresent()
                        || settings.username().isPresent()
                        || settings.passwordFile().isPresent())) {
            throw new IllegalArgumentException("the embedded broker has no TLS and no logins: remove --tls, --cafile,"
                    + " --username and --password-file");
        }
        if (settings.leadingZero() && settings.identity().isPresent()) {
            throw new IllegalArgumentException(
                    "either --leading-zero or --identity, not both: --leading-zero needs a new key pair for each session");
        }
        if (settings.showSecrets() && settings.identity().isPresent()) {
            throw new IllegalArgumentException(
                    "--show-secrets would log the private value of --identity, which decrypts"
                            + " all exchanges with this identity: remove one of them (SECURE_MQTT_SHOW_SECRETS or"
                            + " SECURE_MQTT_IDENTITY may set them)");
        }
        ValueChecks.checkNotBlank("the management host", settings.managementHost());
        settings.managementPort()
                .ifPresent(port -> ValueChecks.checkRange("the management port", port, 0, ValueChecks.MAX_PORT));
        ValueChecks.checkNotBlank("the page host", settings.pageHost());
        settings.pagePort().ifPresent(port -> ValueChecks.checkRange("the page port", port, 0, ValueChecks.MAX_PORT));
        if (settings.pagePort().isPresent()
                && settings.pagePort().getAsInt() != 0
                && settings.pagePort().equals(settings.managementPort())
                && settings.pageHost().equals(settings.managementHost())) {
            throw new IllegalArgumentException("the page and the management need two ports: change --page-port or"
                    + " --management-port (SECURE_MQTT_PAGE_PORT, SECURE_MQTT_MANAGEMENT_PORT)");
        }
        checkSessions(settings);
        ValueChecks.checkRange("SECURE_MQTT_MAX_SESSIONS", settings.maxSessions(), 1, Integer.MAX_VALUE);
        if (settings.sessionIdle().isNegative() || settings.sessionIdle().isZero()) {
            throw new IllegalArgumentException("SECURE_MQTT_SESSION_IDLE must be positive");
        }
    }

    private static void checkSessions(ResponderConfig settings) {
        Optional<SessionsAddress> sessions = sessions(settings);
        Map<String, Optional<String>> needSessions = new LinkedHashMap<>();
        needSessions.put("--sessions-secret-file", settings.sessionsSecretFile());
        needSessions.put("--sessions-cafile", settings.sessionsCafile());
        needSessions.put("--sessions-password-file", settings.sessionsPasswordFile());
        needSessions.put("--group", settings.group());
        if (sessions.isEmpty()) {
            needSessions.forEach((option, value) -> {
                if (value.isPresent()) {
                    throw new IllegalArgumentException(option + " needs --sessions");
                }
            });
            return;
        }
        if (settings.sessionsSecretFile().isEmpty()) {
            throw new IllegalArgumentException("--sessions needs --sessions-secret-file FILE, the same for all"
                    + " responders; --new-sessions-secret FILE makes such a file");
        }
        if (settings.sessionsCafile().isPresent() && !sessions.get().tls()) {
            throw new IllegalArgumentException("--sessions-cafile needs TLS: --sessions rediss://HOST:PORT");
        }
        settings.group().ifPresent(group -> {
            if (!GROUP.matcher(group).matches()) {
                throw new IllegalArgumentException(
                        "--group must be 1 to 64 letters, digits, dots, dashes or underscores, not " + group);
            }
        });
    }
}
