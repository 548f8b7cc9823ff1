package securemqtt.archive;

/** A program did not do in training what it is for. The message has what it printed. */
public final class TrainingFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    TrainingFailedException(String message) {
        super(message);
    }
}
