package securemqtt.archive;

/** The archives could not be made. If a program failed, the message includes its output. */
public final class TrainingFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    TrainingFailedException(String message) {
        super(message);
    }
}
