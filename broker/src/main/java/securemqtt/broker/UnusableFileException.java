package securemqtt.broker;

/**
 * A file that an option names is unusable. The message is for the user: it names the option, the file and the reason.
 */
public final class UnusableFileException extends UnusableOptionException {
    private static final long serialVersionUID = 1L;

    UnusableFileException(String message) {
        super(message);
    }

    UnusableFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
