package securemqtt.responder.check;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Function;
import securemqtt.broker.FileErrors;

/** A file for a report. It is created empty before the check, which shows whether it can be written. */
final class ReportFile {
    private final String option;
    private final Path path;
    private final Function<Report, String> format;

    private ReportFile(String option, Path path, Function<Report, String> format) {
        this.option = option;
        this.path = path;
        this.format = format;
    }

    /** The file cannot be written. The message is for the user. */
    static final class UnwritableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnwritableException(String option, Path path, IOException cause) {
            super(option + " " + path + ": " + reason(cause), cause);
        }

        private static String reason(IOException cause) {
            return cause instanceof NoSuchFileException ? "there is no such folder" : FileErrors.reason(cause);
        }
    }

    /** @param option the option that names the file, for error messages */
    static ReportFile create(String option, Path path, Function<Report, String> format) throws UnwritableException {
        ReportFile file = new ReportFile(option, path, format);
        file.write("");
        return file;
    }

    void write(Report report) throws UnwritableException {
        write(format.apply(report));
    }

    private void write(String content) throws UnwritableException {
        try {
            Files.write(path, content.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UnwritableException(option, path, e);
        }
    }
}
