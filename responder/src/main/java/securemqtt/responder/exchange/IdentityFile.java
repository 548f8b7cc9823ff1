package securemqtt.responder.exchange;

import java.nio.file.Path;
import java.security.SecureRandom;
import securemqtt.broker.OptionFile;
import securemqtt.broker.UnusableFileException;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;

/** The file with the responder's lasting key. Only its owner may read it. */
public final class IdentityFile {
    private IdentityFile() {}

    /**
     * Makes a key pair and writes it to a new file, which others can never read.
     *
     * @param file must not exist yet
     * @throws IllegalArgumentException with a message for the user, if the file exists or cannot be written
     */
    public static DhKeyPair create(Path file, SecureRandom random) {
        DhKeyPair keyPair = DhKeyPair.generate(DhGroup.lab(), random);
        PrivateFile.create(new OptionFile("--new-identity", file), keyPair.toPem());
        return keyPair;
    }

    /**
     * Reads the first private key in the file. Ignores other blocks, such as a public key, and text between blocks.
     *
     * @throws UnusableFileException if the file cannot be read or contains no key of our group
     * @throws IllegalArgumentException with a message for the user, if others can read or change the file
     */
    public static DhKeyPair read(Path path) throws UnusableFileException {
        OptionFile file = new OptionFile("--identity", path);
        byte[] content = file.read(KeyFiles.MAX_LENGTH);
        PrivateFile.checkMode(file);
        return KeyFiles.keyPair(file, content);
    }
}
