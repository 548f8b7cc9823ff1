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
import java.util.Collections;
import java.util.Set;
import securemqtt.broker.FileErrors;
import securemqtt.broker.OptionFile;

/** Files that only their owner may read. */
final class PrivateFile {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OTHERS_ACCESS = PosixFilePermissions.fromString("---rw-rw-");

    private PrivateFile() {}

    /**
     * Writes a new file, which others can never read.
     *
     * @param created must not exist yet
     * @throws IllegalArgumentException with a message for the user, if the file exists or cannot be written
     */
    static void create(OptionFile created, byte[] content) {
        Path file = created.path();
        String option = created.option() + ": ";
        FileAttribute<?>[] mode =
                file.getFileSystem().supportedFileAttributeViews().contains("posix")
                        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                        : new FileAttribute<?>[0];
        try (SeekableByteChannel channel =
                Files.newByteChannel(file, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW), mode)) {
            write(content, channel, file);
        } catch (FileAlreadyExistsException e) {
            throw new IllegalArgumentException(option + file + " already exists; it stays unchanged", e);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(option + "there is no folder for " + file, e);
        } catch (IOException e) {
            throw new IllegalArgumentException(option + file + " cannot be written: " + FileErrors.reason(e), e);
        }
    }

    private static void write(byte[] content, SeekableByteChannel channel, Path file) throws IOException {
        try {
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        } catch (IOException e) {
            // Without this, the next attempt would find the file with half a key and refuse to replace it.
            Files.delete(file);
            throw e;
        }
    }

    /** @throws IllegalArgumentException with a message for the user, if others can read or change the file */
    static void checkMode(OptionFile file) {
        try {
            PosixFileAttributeView view = Files.getFileAttributeView(file.path(), PosixFileAttributeView.class);
            // A file system without POSIX permissions has no such view.
            if (view != null && !Collections.disjoint(view.readAttributes().permissions(), OTHERS_ACCESS)) {
                throw new IllegalArgumentException(file + ": others can read or change it: chmod 600 " + file.path());
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    file + ": the permissions of the file cannot be read: " + FileErrors.reason(e), e);
        }
    }
}
