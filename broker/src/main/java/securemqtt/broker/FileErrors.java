package securemqtt.broker;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;

/** Describes an {@link IOException} to the user. Java's own message is often only the file name. */
public final class FileErrors {
    private FileErrors() {}

    /**
     * Returns the error line for a file that cannot be read.
     *
     * @param file how the error line names the file
     */
    public static String reading(String file, IOException e) {
        return e instanceof NoSuchFileException
                ? file + ": there is no such file"
                : file + " cannot be read: " + reason(e);
    }

    /** Returns only the reason, which goes after a colon. */
    public static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        // The text of the operating system. In the message of a FileSystemException, the file name is in front of it.
        String text = e instanceof FileSystemException inFileSystem ? inFileSystem.getReason() : e.getMessage();
        if ("Is a directory".equals(text)) {
            return "it is a folder";
        }
        return text == null || text.isBlank()
                ? "the operating system gives no reason"
                : text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
    }
}
