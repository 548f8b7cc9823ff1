package securemqtt.broker;

/** The value of an option is unusable. The message is for the user: it names the option and the reason. */
public class UnusableOptionException extends Exception {
    private static final long serialVersionUID = 1L;

    UnusableOptionException(String message) {
        super(message);
    }

    UnusableOptionException(String message, Throwable cause) {
        super(message, cause);
    }
}
