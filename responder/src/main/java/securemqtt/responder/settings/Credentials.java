package securemqtt.responder.settings;

import io.smallrye.reactive.messaging.mqtt.session.MqttClientSessionOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import java.util.Optional;
import securemqtt.broker.CertificateFile;
import securemqtt.broker.OptionFile;
import securemqtt.broker.PasswordFile;
import securemqtt.broker.UnusableFileException;
import securemqtt.protocol.DhKeyPair;
import securemqtt.responder.exchange.IdentityFile;

/**
 * What proves to us who the broker is, to the broker who we are, and to the clients too. It is read before Quarkus starts, so that what is
 * wrong is a wrong option, and once, since a file may be a pipe. It is not among the settings, which libraries and
 * tools show.
 */
public final class Credentials {
    public static final String PASSWORD_VARIABLE = "SECURE_MQTT_PASSWORD";

    private final boolean tls;
    private final Optional<CertificateFile> authorities;
    private final Optional<String> username;
    private final String password;
    private final Optional<DhKeyPair> identity;

    private Credentials(
            boolean tls,
            Optional<CertificateFile> authorities,
            Optional<String> username,
            String password,
            Optional<DhKeyPair> identity) {
        this.tls = tls;
        this.authorities = authorities;
        this.username = username;
        this.password = password;
        this.identity = identity;
    }

    /**
     * Reads the files that the settings name.
     *
     * @param password the value of {@link #PASSWORD_VARIABLE}, null if that is not set
     * @throws IllegalArgumentException with a message for the user, if something is missing or wrong
     */
    public static Credentials read(ResponderConfig settings, String password) {
        try {
            return readFiles(settings, password);
        } catch (UnusableFileException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static Credentials readFiles(ResponderConfig settings, String password) throws UnusableFileException {
        Optional<CertificateFile> authorities = Optional.empty();
        if (settings.cafile().isPresent()) {
            OptionFile file =
                    new OptionFile("--cafile", Path.of(settings.cafile().get()));
            authorities = Optional.of(CertificateFile.parse(file, file.read(CertificateFile.MAX_LENGTH)));
        }
        Optional<DhKeyPair> identity = Optional.empty();
        if (settings.identity().isPresent()) {
            identity = Optional.of(IdentityFile.read(Path.of(settings.identity().get())));
        }
        return new Credentials(
                settings.tls() || authorities.isPresent(),
                authorities,
                settings.username(),
                password(settings, password),
                identity);
    }

    private static String password(ResponderConfig settings, String ofEnvironment) throws UnusableFileException {
        if (settings.username().isEmpty()) {
            if (settings.passwordFile().isPresent()) {
                throw new IllegalArgumentException("--password-file goes with --username");
            }
            return null;
        }
        if (settings.passwordFile().isPresent()) {
            OptionFile file = new OptionFile(
                    "--password-file", Path.of(settings.passwordFile().get()));
            return PasswordFile.password(file, file.read(PasswordFile.MAX_LENGTH));
        }
        if (ofEnvironment == null) {
            throw new IllegalArgumentException(
                    "--username needs a password: set " + PASSWORD_VARIABLE + " or name a --password-file");
        }
        return ofEnvironment;
    }

    /** Makes a connection use them. Without authorities of our own the Java runtime's are trusted. */
    public void applyTo(MqttClientSessionOptions options) {
        if (tls) {
            // Otherwise a certificate for any name would do.
            options.setSsl(true).setHostnameVerificationAlgorithm("HTTPS");
            authorities.ifPresent(certificates ->
                    options.setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(certificates.toPem()))));
        }
        username.ifPresent(name -> options.setUsername(name).setPassword(password));
    }

    /** Our lasting key; if empty, each client gets a fresh one. */
    public Optional<DhKeyPair> identity() {
        return identity;
    }

    /** Nothing of them. */
    @Override
    public String toString() {
        return "Credentials";
    }
}
