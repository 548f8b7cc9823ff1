package securemqtt.responder.settings;

import io.smallrye.reactive.messaging.mqtt.session.MqttClientSessionOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import securemqtt.broker.CertificateFile;
import securemqtt.broker.Login;
import securemqtt.broker.OptionFile;
import securemqtt.broker.PasswordFile;
import securemqtt.broker.UnusableOptionException;
import securemqtt.protocol.DhKeyPair;
import securemqtt.responder.exchange.IdentityFile;

/**
 * The authorities that the responder trusts, its login at the broker, and its lasting key. The program reads them
 * before Quarkus starts, so that it reports a mistake in them as a wrong option. It reads each file once only,
 * because a file may be a pipe. Credentials are not settings, because libraries and tools show settings.
 */
public final class Credentials {
    private final boolean tls;
    private final Optional<CertificateFile> authorities;
    private final Optional<Login> login;
    private final Optional<DhKeyPair> identity;
    private final Optional<SessionsAccess> sessions;

    private Credentials(
            boolean tls,
            Optional<CertificateFile> authorities,
            Optional<Login> login,
            Optional<DhKeyPair> identity,
            Optional<SessionsAccess> sessions) {
        this.tls = tls;
        this.authorities = authorities;
        this.login = login;
        this.identity = identity;
        this.sessions = sessions;
    }

    /**
     * Reads the files that the settings name.
     *
     * @param environment of which the variables with passwords are used
     * @throws IllegalArgumentException with a message for the user, if a file or the login is unusable
     */
    public static Credentials read(ResponderConfig settings, Map<String, String> environment) {
        try {
            return readFiles(settings, environment);
        } catch (UnusableOptionException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static Credentials readFiles(ResponderConfig settings, Map<String, String> environment)
            throws UnusableOptionException {
        Optional<CertificateFile> authorities = Optional.empty();
        if (settings.cafile().isPresent()) {
            authorities = Optional.of(CertificateFile.read(
                    file(CertificateFile.OPTION, settings.cafile().get())));
        }
        Optional<DhKeyPair> identity = Optional.empty();
        if (settings.identity().isPresent()) {
            identity = Optional.of(IdentityFile.read(Path.of(settings.identity().get())));
        }
        Optional<OptionFile> passwordFile = settings.passwordFile().map(path -> file(PasswordFile.OPTION, path));
        return new Credentials(
                settings.tls() || authorities.isPresent(),
                authorities,
                Login.read(settings.username(), passwordFile, environment.get(Login.PASSWORD_VARIABLE)),
                identity,
                SessionsAccess.read(settings, environment.get(SessionsAccess.PASSWORD_VARIABLE)));
    }

    static OptionFile file(String option, String path) {
        return new OptionFile(option, Path.of(path));
    }

    /** Makes a connection use them. Without a CA file it trusts the authorities of the Java runtime. */
    public void applyTo(MqttClientSessionOptions options) {
        if (tls) {
            // Otherwise Vert.x accepts a certificate for any name.
            options.setSsl(true).setHostnameVerificationAlgorithm("HTTPS");
            authorities.ifPresent(certificates ->
                    options.setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(certificates.toPem()))));
        }
        login.ifPresent(given -> options.setUsername(given.userName()).setPassword(given.password()));
    }

    /** How to reach the sessions that several responders share; empty if this process keeps them. */
    public Optional<SessionsAccess> sessions() {
        return sessions;
    }

    /** The lasting key. If empty, each session gets a fresh one. */
    public Optional<DhKeyPair> identity() {
        return identity;
    }

    /** Only the name of the class, because everything else may be secret. */
    @Override
    public String toString() {
        return "Credentials";
    }
}
