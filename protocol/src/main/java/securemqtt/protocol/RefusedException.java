package securemqtt.protocol;

import java.util.Objects;

/**
 * A message from a peer is refused. All hostile or broken input fails with this exception. Its message is the
 * explanation of the {@link Refusal} and contains nothing of the input.
 */
public final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Refusal refusal;

    public RefusedException(Refusal refusal) {
        this(refusal, null);
    }

    /** @param cause the parser's exception, for debugging; may be null */
    public RefusedException(Refusal refusal, Throwable cause) {
        super(Objects.requireNonNull(refusal).explanation(), cause);
        this.refusal = refusal;
    }

    public Refusal refusal() {
        return refusal;
    }
}
