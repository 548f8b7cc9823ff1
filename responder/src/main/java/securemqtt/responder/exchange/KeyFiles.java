package securemqtt.responder.exchange;

import java.security.InvalidKeyException;
import securemqtt.broker.OptionFile;
import securemqtt.broker.PemBlock;
import securemqtt.broker.UnusableFileException;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.RefusedException;

/** Reads keys of our group from PEM files. Ignores blocks of other kinds, and text between blocks. */
public final class KeyFiles {
    /** In bytes. A key takes about 2,000; the file may also contain blocks of other kinds. */
    static final int MAX_LENGTH = 1024 * 1024;

    private static final String PRIVATE = "PRIVATE KEY";
    private static final String PUBLIC = "PUBLIC KEY";

    private KeyFiles() {}

    /**
     * Reads the first private key in a file.
     *
     * @throws UnusableFileException if the file cannot be read or contains no key of our group
     */
    public static DhKeyPair keyPair(OptionFile file) throws UnusableFileException {
        return keyPair(file, file.read(MAX_LENGTH));
    }

    static DhKeyPair keyPair(OptionFile file, byte[] content) throws UnusableFileException {
        PemBlock key = PemBlock.readFirst(PRIVATE, file, content);
        try {
            return DhKeyPair.parse(DhGroup.lab(), key.toPem());
        } catch (InvalidKeyException e) {
            throw key.unusable("is unusable: " + e.getMessage());
        }
    }

    /**
     * Reads the first public key in a file.
     *
     * @throws UnusableFileException if the file cannot be read or contains no key of our group
     */
    public static DhPublicKey publicKey(OptionFile file) throws UnusableFileException {
        PemBlock key = PemBlock.readFirst(PUBLIC, file, file.read(MAX_LENGTH));
        try {
            return DhPublicKey.parse(DhGroup.lab(), key.toPem());
        } catch (RefusedException e) {
            throw key.unusable("is unusable: " + e.refusal().explanation());
        }
    }
}
