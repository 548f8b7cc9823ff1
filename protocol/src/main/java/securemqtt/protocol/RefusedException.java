package securemqtt.protocol;

import java.util.Objects;

/**
 * Something that a peer sent is not acceptable. The one way in which hostile or broken input fails; its
 * message is the reason and has nothing of the input.
 */
public final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Refusal refusal;

    public RefusedException(Refusal refusal) {
        this(refusal, null);
    }

    /** @param cause the parser's own complaint, for debugging; may be null */
    public RefusedException(Refusal refusal, Throwable cause) {
        super(Objects.requireNonNull(refusal).explanation(), cause);
        this.refusal = refusal;
    }

    public Refusal refusal() {
        return refusal;
    }
}
