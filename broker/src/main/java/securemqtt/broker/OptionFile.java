package securemqtt.broker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that an option names.
 *
 * @param option with its dashes, such as {@code --cafile}
 */
public record OptionFile(String option, Path path) {
    /**
     * Reads the whole file. It may be a pipe, so the read may block.
     *
     * @param most the greatest length that is allowed, in bytes
     */
    public byte[] read(int most) throws UnusableFileException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] content = in.readNBytes(most + 1);
            if (content.length > most) {
                throw new UnusableFileException(this + " is longer than " + most + " bytes");
            }
            return content;
        } catch (IOException e) {
            // Linux opens a folder and fails at the first read; other systems report a missing permission.
            throw new UnusableFileException(
                    Files.isDirectory(path) ? this + " is a folder, not a file" : FileErrors.reading(toString(), e), e);
        }
    }

    /** The option and the path, as the user typed them. */
    @Override
    public String toString() {
        return option + " " + path;
    }
}
