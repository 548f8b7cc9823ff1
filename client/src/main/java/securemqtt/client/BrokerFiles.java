package securemqtt.client;

import java.util.Optional;
import securemqtt.broker.CertificateFile;
import securemqtt.broker.Login;
import securemqtt.broker.OptionFile;
import securemqtt.startup.commandline.BrokerOptions;

/** Reads the files that the options for the broker name: the authorities to trust, and the password. */
final class BrokerFiles {
    private final BrokerOptions options;
    private final Input input;

    BrokerFiles(BrokerOptions options, Input input) {
        this.options = options;
        this.input = input;
    }

    Broker.Trust trust() throws Input.InputException, InterruptedException {
        if (options.caFile().isEmpty()) {
            return options.tls() ? Broker.Trust.OF_THE_SYSTEM : Broker.Trust.NO_TLS;
        }
        OptionFile file = options.caFile().get();
        return Broker.Trust.of(input.read(file.toString(), () -> CertificateFile.read(file)));
    }

    Optional<Login> login() throws Input.InputException, InterruptedException {
        Optional<OptionFile> passwordFile = options.passwordFile();
        if (options.userName().isEmpty() && passwordFile.isEmpty()) {
            return Optional.empty();
        }
        String source = passwordFile.map(OptionFile::toString).orElse(Login.PASSWORD_VARIABLE);
        String variable = System.getenv(Login.PASSWORD_VARIABLE);
        return input.read(source, () -> Login.read(options.userName(), passwordFile, variable));
    }
}
