package securemqtt.responder.settings;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * All settings of the responder, with their defaults. Each has an environment variable: {@code maxSessions} has
 * {@code SECURE_MQTT_MAX_SESSIONS}. If there is an option of the same name, it has priority.
 */
@ConfigMapping(prefix = ResponderConfig.PREFIX)
public interface ResponderConfig {
    String PREFIX = "secure-mqtt";

    /** The broker's host. An embedded broker listens there. */
    @WithDefault("localhost")
    String host();

    /** The broker's port; With --embedded-broker, 0 takes a free port. */
    @WithDefault("1884")
    int port();

    /** The only NetID that the responder answers. If empty, it answers every NetID. */
    Optional<String> netid();

    /** Whether to connect by TLS. With a {@code cafile} the responder always does. */
    @WithDefault("false")
    boolean tls();

    /** The PEM file with the authorities to trust. If empty, the responder trusts those of the Java runtime. */
    Optional<String> cafile();

    /** The user name for the broker. If empty, there is no login. */
    Optional<String> username();

    /** The file with the password. If empty, {@link securemqtt.broker.Login#PASSWORD_VARIABLE} has the password. */
    Optional<String> passwordFile();

    /** The file with the lasting key. If empty, each session has a fresh key. */
    Optional<String> identity();

    /** Whether to start a broker in this process. */
    @WithDefault("false")
    boolean embeddedBroker();

    /** Whether each step is logged. */
    @WithDefault("false")
    boolean verbose();

    /** Whether the responder does without finding out which mistakes a refused message shows. */
    @WithDefault("false")
    boolean noDiagnosis();

    /** Whether to choose key pairs so that every shared secret begins with a zero byte. */
    @WithDefault("false")
    boolean leadingZero();

    /** Whether the values of each step are logged, secrets included. */
    @WithDefault("false")
    boolean showSecrets();

    /** How log lines are written. */
    @WithDefault("text")
    LogFormat logFormat();

    /** The port for health and metrics; 0 means any free port. If empty, the responder serves neither. */
    OptionalInt managementPort();

    /** The name or address on which the management port is open. */
    @WithDefault("localhost")
    String managementHost();

    /** The port for the page; 0 means any free port. If empty, there is no page, and nothing is recorded. */
    OptionalInt pagePort();

    /** The name or address on which the page's port is open. */
    @WithDefault("localhost")
    String pageHost();

    /** The greatest number of sessions. Beyond it, the responder closes the least recently used session. */
    @WithDefault("10000")
    int maxSessions();

    /** The responder closes a session after this time without use. */
    @WithDefault("10m")
    Duration sessionIdle();

    /** The address of the Redis that keeps the sessions, see {@link SessionsAddress}. If empty, this process keeps them. */
    Optional<String> sessions();

    /** The file with the secret that seals the sessions in Redis. */
    Optional<String> sessionsSecretFile();

    /** The PEM file with the authorities to trust for Redis. If empty, the responder trusts those of the Java runtime. */
    Optional<String> sessionsCafile();

    /** The file with Redis's password. If empty, {@link SessionsAccess#PASSWORD_VARIABLE} may have it. */
    Optional<String> sessionsPasswordFile();

    /** The group of responders among which the broker spreads the requests. Only with {@code sessions}. */
    Optional<String> group();

    enum LogFormat {
        /** For people. */
        TEXT,
        /** One JSON object a line, for programs. */
        JSON;

        /** The value in options and environment variables. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
