package securemqtt.responder.settings;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.redis.client.RedisOptions;
import java.nio.file.Path;
import java.util.Optional;
import securemqtt.broker.CertificateFile;
import securemqtt.broker.OptionFile;
import securemqtt.broker.PasswordFile;
import securemqtt.broker.UnusableOptionException;
import securemqtt.responder.exchange.SessionsSecret;

/** The address of the Redis that keeps the sessions, the login there, and the secret that seals them. */
public final class SessionsAccess {
    /** The environment variable with Redis's password. It is not a setting, because libraries and tools show settings. */
    public static final String PASSWORD_VARIABLE = "SECURE_MQTT_SESSIONS_PASSWORD";

    private final SessionsAddress address;
    private final SessionsSecret secret;
    private final Optional<CertificateFile> authorities;
    private final Optional<String> password;

    private SessionsAccess(
            SessionsAddress address,
            SessionsSecret secret,
            Optional<CertificateFile> authorities,
            Optional<String> password) {
        this.address = address;
        this.secret = secret;
        this.authorities = authorities;
        this.password = password;
    }

    /** @param variable the value of {@link #PASSWORD_VARIABLE}, or null if the variable is not set */
    static Optional<SessionsAccess> read(ResponderConfig settings, String variable) throws UnusableOptionException {
        Optional<SessionsAddress> address = Settings.sessions(settings);
        if (address.isEmpty()) {
            return Optional.empty();
        }
        SessionsSecret secret =
                SessionsSecret.read(Path.of(settings.sessionsSecretFile().orElseThrow()));
        Optional<CertificateFile> authorities = Optional.empty();
        if (settings.sessionsCafile().isPresent()) {
            authorities = Optional.of(CertificateFile.read(Credentials.file(
                    "--sessions-cafile", settings.sessionsCafile().get())));
        }
        Optional<String> password = Optional.ofNullable(variable);
        if (settings.sessionsPasswordFile().isPresent()) {
            OptionFile file = Credentials.file(
                    "--sessions-password-file", settings.sessionsPasswordFile().get());
            password = Optional.of(PasswordFile.read(file));
        }
        if (password.isEmpty() && address.get().user().isPresent()) {
            throw new IllegalArgumentException("the user in --sessions needs a password: set " + PASSWORD_VARIABLE
                    + " or name a --sessions-password-file");
        }
        return Optional.of(new SessionsAccess(address.get(), secret, authorities, password));
    }

    public SessionsAddress address() {
        return address;
    }

    public SessionsSecret secret() {
        return secret;
    }

    /** Redis's password; empty if it gets none. */
    public Optional<String> password() {
        return password;
    }

    /** Makes a connection use the login and, for TLS, the authorities. */
    public void applyTo(RedisOptions options) {
        password.ifPresent(word -> options.setConnectionString(address.toUri(word)));
        if (address.tls()) {
            NetClientOptions net = options.getNetClientOptions();
            // Otherwise Vert.x accepts a certificate for any name.
            net.setSsl(true).setHostnameVerificationAlgorithm("HTTPS");
            authorities.ifPresent(certificates ->
                    net.setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(certificates.toPem()))));
        }
    }

    /** The address only, because everything else may be secret. */
    @Override
    public String toString() {
        return "SessionsAccess[" + address + "]";
    }
}
