package securemqtt.broker;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;

/** What an {@link IOException} means in words. Java's own message is often the bare file name. */
public final class FileErrors {
    private FileErrors() {}

    /**
     * The error line for a file that cannot be read.
     *
     * @param file how the error line names the file
     */
    public static String reading(String file, IOException e) {
        return e instanceof NoSuchFileException
                ? file + ": there is no such file"
                : file + " cannot be read: " + reason(e);
    }

    /** The reason alone, to stand after a colon. */
    public static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        // The operating system's own words. The message of a FileSystemException has the file name in front of them.
        String words = e instanceof FileSystemException inFileSystem ? inFileSystem.getReason() : e.getMessage();
        if ("Is a directory".equals(words)) {
            return "it is a folder";
        }
        return words == null || words.isBlank()
                ? "the operating system gives no reason"
                : words.substring(0, 1).toLowerCase(Locale.ROOT) + words.substring(1);
    }
}
