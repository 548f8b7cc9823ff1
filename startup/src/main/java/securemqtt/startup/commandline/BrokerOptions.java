package securemqtt.startup.commandline;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;
import securemqtt.broker.CertificateFile;
import securemqtt.broker.Login;
import securemqtt.broker.OptionFile;
import securemqtt.broker.PasswordFile;

/** The options for TLS and for the login at the broker. */
public final class BrokerOptions {
    @Option(
            names = "--tls",
            fallbackValue = Flag.GIVEN,
            description = "Connect by TLS, and trust the authorities that the Java runtime trusts.")
    private boolean tls;

    @Option(
            names = CertificateFile.OPTION,
            paramLabel = "FILE",
            description = "Connect by TLS, and trust only the authorities in this PEM file.")
    private Path caFile;

    @Option(
            names = Login.USER_NAME_OPTION,
            paramLabel = "NAME",
            description = "Send the broker this user name, and the password from the environment variable "
                    + Login.PASSWORD_VARIABLE + " or from --password-file.")
    private String userName;

    @Option(
            names = PasswordFile.OPTION,
            paramLabel = "FILE",
            description = "Read the password from the first line of this file.")
    private Path passwordFile;

    public boolean tls() {
        return tls;
    }

    public Optional<OptionFile> caFile() {
        return Optional.ofNullable(caFile).map(path -> new OptionFile(CertificateFile.OPTION, path));
    }

    public Optional<String> userName() {
        return Optional.ofNullable(userName);
    }

    public Optional<OptionFile> passwordFile() {
        return Optional.ofNullable(passwordFile).map(path -> new OptionFile(PasswordFile.OPTION, path));
    }
}
