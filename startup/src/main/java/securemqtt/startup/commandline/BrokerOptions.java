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
            description = "Connect by TLS, and trust the authorities in this PEM file only.")
    private Path caFile;

    @Option(
            names = Login.USER_NAME_OPTION,
            paramLabel = "NAME",
            description = "Give the broker this name, and the password in the environment variable "
                    + Login.PASSWORD_VARIABLE + " or in the file.")
    private String userName;

    @Option(
            names = PasswordFile.OPTION,
            paramLabel = "FILE",
            description = "Take the password from the first line of this file.")
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
