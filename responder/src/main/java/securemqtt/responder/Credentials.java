package securemqtt.responder;

import io.smallrye.reactive.messaging.mqtt.session.MqttClientSessionOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemTrustOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import securemqtt.protocol.DhKeyPair;

/**
 * What proves to us who the broker is, to the broker who we are, and to the clients too. It is read before Quarkus starts, so that what is
 * wrong is a wrong option, and once, since a file may be a pipe. It is not among the settings, which libraries and
 * tools show.
 */
final class Credentials {
    static final String PASSWORD_VARIABLE = "SECURE_MQTT_PASSWORD";
    private static final int MAX_FILE_LENGTH = 1024 * 1024;

    private final boolean tls;
    private final Optional<Buffer> authorities;
    private final Optional<String> username;
    private final String password;
    private final Optional<DhKeyPair> identity;

    private Credentials(
            boolean tls,
            Optional<Buffer> authorities,
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
    static Credentials read(ResponderConfig settings, String password) {
        Optional<Buffer> authorities = settings.cafile().map(Path::of).map(Credentials::authorities);
        return new Credentials(
                settings.tls() || authorities.isPresent(),
                authorities,
                settings.username(),
                password(settings, password),
                settings.identity().map(Path::of).map(IdentityFile::read));
    }

    private static Buffer authorities(Path file) {
        byte[] pem = read("--cafile", file);
        // What Java can read, such as DER, Vert.x need not.
        if (!new String(pem, StandardCharsets.ISO_8859_1).contains("-----BEGIN CERTIFICATE-----")) {
            throw new IllegalArgumentException("--cafile " + file + ": there is no certificate in PEM form in it");
        }
        try {
            if (CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem))
                    .isEmpty()) {
                throw new IllegalArgumentException("--cafile: there is no certificate in " + file);
            }
        } catch (CertificateException e) {
            throw new IllegalArgumentException(
                    "--cafile: there is no certificate in " + file + ": " + e.getMessage(), e);
        }
        return Buffer.buffer(pem);
    }

    private static String password(ResponderConfig settings, String ofEnvironment) {
        if (settings.username().isEmpty()) {
            if (settings.passwordFile().isPresent()) {
                throw new IllegalArgumentException("--password-file goes with --username");
            }
            return null;
        }
        if (settings.passwordFile().isPresent()) {
            byte[] content =
                    read("--password-file", Path.of(settings.passwordFile().get()));
            return new String(content, StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse("");
        }
        if (ofEnvironment == null) {
            throw new IllegalArgumentException(
                    "--username needs a password: set " + PASSWORD_VARIABLE + " or name a --password-file");
        }
        return ofEnvironment;
    }

    static byte[] read(String option, Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(MAX_FILE_LENGTH + 1);
            if (content.length > MAX_FILE_LENGTH) {
                throw new IllegalArgumentException(
                        option + " " + file + " is longer than " + MAX_FILE_LENGTH + " bytes");
            }
            return content;
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(option + ": there is no file " + file, e);
        } catch (IOException e) {
            throw new IllegalArgumentException(option + ": " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Makes a connection use them. Without authorities of our own the Java runtime's are trusted. */
    void applyTo(MqttClientSessionOptions options) {
        if (tls) {
            // Otherwise a certificate for any name would do.
            options.setSsl(true).setHostnameVerificationAlgorithm("HTTPS");
            authorities.ifPresent(pem -> options.setTrustOptions(new PemTrustOptions().addCertValue(pem)));
        }
        username.ifPresent(name -> options.setUsername(name).setPassword(password));
    }

    /** Our lasting key; if empty, each client gets a fresh one. */
    Optional<DhKeyPair> identity() {
        return identity;
    }

    /** Nothing of them. */
    @Override
    public String toString() {
        return "Credentials";
    }
}
