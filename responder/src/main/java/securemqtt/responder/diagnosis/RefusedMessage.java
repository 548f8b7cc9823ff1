package securemqtt.responder.diagnosis;

import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import securemqtt.protocol.Refusal;

/**
 * A message that the responder refused, with what is needed to find out why the client sent it so.
 *
 * @param reason for the refusal
 * @param topic as received
 * @param payload as received
 * @param keySent whether the NetID has sent a key since the responder started
 * @param sessions the open sessions of the topic's NetID, the latest first; empty for a message that is no request
 */
public record RefusedMessage(
        Refusal reason, String topic, byte[] payload, boolean keySent, List<AgreedValues> sessions) {
    /** Of a right key exchange's secret, one mistake more takes 50 times as long. */
    private static final int MOST_MISTAKES = 2;

    /**
     * Which mistakes the message shows; empty if the reason for the refusal says all there is to say.
     *
     * @param outOfTime asked again and again; once true, the search ends without a result
     */
    public Optional<Diagnosis> diagnose(BooleanSupplier outOfTime) {
        return switch (reason) {
            case RETAINED -> Optional.of(Diagnosis.recognized(Mistake.RETAIN));
            case TOPIC_NOT_A_REQUEST, TOPIC_BAD_NETID, TOPIC_UNKNOWN_ACTION ->
                TopicDiagnosis.diagnose(topic).map(Diagnosis::recognized);
            case KEY_TOO_LONG,
                    KEY_NOT_PEM,
                    KEY_OTHER_LABEL,
                    KEY_WITHOUT_END,
                    KEY_BROKEN_BASE64,
                    KEY_NOT_DER,
                    KEY_TRAILING_BYTES,
                    KEY_OTHER_ALGORITHM,
                    KEY_OTHER_GROUP,
                    KEY_OUT_OF_RANGE -> {
                List<Mistake> mistakes = KeyDiagnosis.diagnose(payload);
                yield mistakes.isEmpty() ? Optional.empty() : Optional.of(new Diagnosis(mistakes, false, Stage.KEY, 0));
            }
            case NO_SESSION ->
                // Otherwise its session has ended, or has not begun, which is no mistake in the order.
                keySent ? Optional.empty() : Optional.of(Diagnosis.recognized(Mistake.ORDER_NO_KEY_EXCHANGE));
            case TOKEN_NOT_BASE64URL, TOKEN_OTHER_VERSION, TOKEN_BAD_LENGTH, TOKEN_NOT_AUTHENTIC, TOKEN_BAD_PADDING ->
                ofToken(outOfTime);
            case TEXT_NOT_UTF8 ->
                sessions.stream()
                        .filter(agreed -> new TokenDiagnosis(agreed, outOfTime).isLatin1(payload))
                        .findFirst()
                        .map(agreed -> Diagnosis.recognized(Mistake.TEXT_LATIN_1));
            case OVERLOADED,
                    STOPPING,
                    SESSIONS_UNAVAILABLE,
                    KEY_OURS,
                    KEY_WEAK_SECRET,
                    TOKEN_OTHER_ACTION,
                    TOKEN_EXPIRED,
                    TOKEN_FROM_THE_FUTURE,
                    ANSWER_TOO_LONG -> Optional.empty();
        };
    }

    /** The diagnosis that proves most: which of its sessions a token belongs to, only a proof tells. */
    private Optional<Diagnosis> ofToken(BooleanSupplier outOfTime) {
        Optional<Diagnosis> best = Optional.empty();
        for (AgreedValues agreed : sessions) {
            Diagnosis diagnosis = new TokenDiagnosis(agreed, outOfTime).diagnose(payload, MOST_MISTAKES);
            if (diagnosis.proved()) {
                return Optional.of(diagnosis);
            }
            if (best.isEmpty() || best.get().mistakes().isEmpty()) {
                best = Optional.of(diagnosis);
            }
        }
        return best;
    }

    /** Not the payload, which may be anything. */
    @Override
    public String toString() {
        return "RefusedMessage[" + reason.code() + "]";
    }
}
