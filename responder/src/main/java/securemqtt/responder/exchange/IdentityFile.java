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
import java.security.SecureRandom;
import java.util.Collections;
import java.util.Set;
import securemqtt.broker.FileErrors;
import securemqtt.broker.OptionFile;
import securemqtt.broker.UnusableFileException;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;

/** The file with the responder's lasting key. Only its owner may read it. */
public final class IdentityFile {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OTHERS_ACCESS = PosixFilePermissions.fromString("---rw-rw-");

    private IdentityFile() {}

    /**
     * Makes a key pair and writes it to a new file, which others can never read.
     *
     * @param file must not exist yet
     * @throws IllegalArgumentException with a message for the user, if the file exists or cannot be written
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
            throw new IllegalArgumentException("--new-identity: " + file + " already exists; it stays unchanged", e);
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
            // Without this, the next attempt would find the file with half a key and refuse to replace it.
            Files.delete(file);
            throw e;
        }
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
        checkMode(path);
        return KeyFiles.keyPair(file, content);
    }

    private static void checkMode(Path file) {
        try {
            PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
            // A file system without POSIX permissions has no such view.
            if (view != null && !Collections.disjoint(view.readAttributes().permissions(), OTHERS_ACCESS)) {
                throw new IllegalArgumentException(
                        "--identity " + file + ": others can read or change it: chmod 600 " + file);
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "--identity " + file + ": the permissions of the file cannot be read: " + FileErrors.reason(e), e);
        }
    }
}
