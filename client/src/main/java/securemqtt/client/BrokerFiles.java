package securemqtt.client;

import java.nio.file.Path;
import java.util.Optional;
import securemqtt.broker.CertificateFile;
import securemqtt.broker.Login;
import securemqtt.broker.OptionFile;
import securemqtt.broker.PasswordFile;

/** Reads the files that say which authorities the client trusts, and with which password it logs in. */
final class BrokerFiles {
    private final Input input;

    BrokerFiles(Input input) {
        this.input = input;
    }

    /** @param caFile if empty, the client trusts the authorities of the Java runtime */
    Broker.Trust trust(boolean tls, Optional<Path> caFile) throws Input.InputException, InterruptedException {
        if (caFile.isEmpty()) {
            return tls ? Broker.Trust.OF_THE_SYSTEM : Broker.Trust.NO_TLS;
        }
        OptionFile file = new OptionFile(CertificateFile.OPTION, caFile.get());
        return Broker.Trust.of(input.read(file.toString(), () -> CertificateFile.read(file)));
    }

    Optional<Login> login(Optional<String> userName, Optional<Path> passwordFile)
            throws Input.InputException, InterruptedException {
        if (userName.isEmpty() && passwordFile.isEmpty()) {
            return Optional.empty();
        }
        Optional<OptionFile> file = passwordFile.map(path -> new OptionFile(PasswordFile.OPTION, path));
        String source = file.map(OptionFile::toString).orElse(Login.PASSWORD_VARIABLE);
        return input.read(source, () -> Login.read(userName, file, System.getenv(Login.PASSWORD_VARIABLE)));
    }
}
