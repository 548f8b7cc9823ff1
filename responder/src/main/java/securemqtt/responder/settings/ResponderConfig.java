package securemqtt.responder.settings;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * All settings of the responder, with their defaults. Each can be given as an environment variable: {@code maxSessions} as
 * {@code SECURE_MQTT_MAX_SESSIONS}. The command line, where it has an option for it, counts for more.
 */
@ConfigMapping(prefix = ResponderConfig.PREFIX)
public interface ResponderConfig {
    String PREFIX = "secure-mqtt";

    /** The broker's host; of an embedded broker, where it listens. */
    @WithDefault("localhost")
    String host();

    /** The broker's port; 0 makes an embedded broker take a free one. */
    @WithDefault("1884")
    int port();

    /** The only NetID to be served; if empty, every one is. */
    Optional<String> netid();

    /** Whether the broker is spoken to by TLS; with a {@code cafile} it is in any case. */
    @WithDefault("false")
    boolean tls();

    /** The PEM file with the authorities to be trusted; if empty, the Java runtime's are. */
    Optional<String> cafile();

    /** The name for the broker; if empty, none is given. */
    Optional<String> username();

    /** The file with the password; if empty, {@link securemqtt.broker.Login#PASSWORD_VARIABLE} has it, which is no setting. */
    Optional<String> passwordFile();

    /** The file with the key that is used for every session; if empty, each session has a fresh one. */
    Optional<String> identity();

    /** Whether to start a broker in this process. */
    @WithDefault("false")
    boolean embeddedBroker();

    /** Whether each step is logged. */
    @WithDefault("false")
    boolean verbose();

    /** How log lines are written. */
    @WithDefault("text")
    LogFormat logFormat();

    /** Where health and metrics are served, 0 for any free port; if empty, nowhere. */
    OptionalInt managementPort();

    /** The name or address on which the management port is open. */
    @WithDefault("localhost")
    String managementHost();

    /** The most sessions that are kept; of more, those used longest ago are closed. */
    @WithDefault("10000")
    int maxSessions();

    /** After how long without use a session is closed. */
    @WithDefault("10m")
    Duration sessionIdle();

    enum LogFormat {
        /** For people. */
        TEXT,
        /** One JSON object a line, for programs. */
        JSON;

        /** As it is written in options and environment variables. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
