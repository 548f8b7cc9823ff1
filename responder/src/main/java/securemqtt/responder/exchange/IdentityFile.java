package securemqtt.responder.exchange;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.InvalidKeyException;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.Set;
import securemqtt.broker.FileErrors;
import securemqtt.broker.OptionFile;
import securemqtt.broker.PemBlock;
import securemqtt.broker.UnusableFileException;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;

/** The file with the responder's lasting key, which nobody but its owner may read. */
public final class IdentityFile {
    private static final String LABEL = "PRIVATE KEY";
    /** In bytes. A key has some 2,000; blocks of other kinds may be beside it. */
    private static final int MAX_LENGTH = 1024 * 1024;

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OTHERS_ACCESS = PosixFilePermissions.fromString("---rw-rw-");

    private IdentityFile() {}

    /**
     * Makes a key, and a file for it that was never there before and that others cannot read at any moment.
     *
     * @throws IllegalArgumentException with a message for the user, if the file cannot be made
     */
    public static DhKeyPair create(Path file, SecureRandom random) {
        DhKeyPair keyPair = DhKeyPair.generate(DhGroup.lab(), random);
        FileAttribute<?>[] mode =
                file.getFileSystem().supportedFileAttributeViews().contains("posix")
                        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                        : new FileAttribute<?>[0];
        try (SeekableByteChannel channel =
                Files.newByteChannel(file, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW), mode)) {
            write(keyPair, channel, file);
            return keyPair;
        } catch (FileAlreadyExistsException e) {
            throw new IllegalArgumentException("--new-identity: " + file + " exists already, and is left as it is", e);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("--new-identity: there is no folder for " + file, e);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "--new-identity: " + file + " cannot be written: " + FileErrors.reason(e), e);
        }
    }

    private static void write(DhKeyPair keyPair, SeekableByteChannel channel, Path file) throws IOException {
        try {
            ByteBuffer pem = ByteBuffer.wrap(keyPair.toPem());
            while (pem.hasRemaining()) {
                channel.write(pem);
            }
        } catch (IOException e) {
            // Half a key would be in the way of the next attempt.
            Files.delete(file);
            throw e;
        }
    }

    /**
     * Reads the first private key in the file. Other blocks do not matter, such as a public key, nor does text between them.
     *
     * @throws UnusableFileException if there is no key of ours, or if others can get at it
     */
    public static DhKeyPair read(Path path) throws UnusableFileException {
        OptionFile file = new OptionFile("--identity", path);
        byte[] content = file.read(MAX_LENGTH);
        checkMode(path);
        PemBlock key = PemBlock.readFirst(LABEL, file, content);
        try {
            return DhKeyPair.parse(DhGroup.lab(), key.toPem());
        } catch (InvalidKeyException e) {
            throw key.unusable("is unusable: " + e.getMessage());
        }
    }

    private static void checkMode(Path file) {
        try {
            PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
            // Other file systems have no such mode.
            if (view != null && !Collections.disjoint(view.readAttributes().permissions(), OTHERS_ACCESS)) {
                throw new IllegalArgumentException(
                        "--identity " + file + " may be read or changed by others: chmod 600 " + file);
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "--identity " + file + ": the permissions of the file cannot be read: " + FileErrors.reason(e), e);
        }
    }
}
