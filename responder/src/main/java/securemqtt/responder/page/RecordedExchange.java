package securemqtt.responder.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import securemqtt.protocol.DhPublicKey;

/**
 * The messages of one exchange: those that belong to one public key of the client, and refused ones beside them. Not
 * thread-safe.
 */
final class RecordedExchange {
    static final int MAX_MESSAGES = 12;
    /** In lines. A key exchange has eight, a token and its answer four. */
    private static final int MAX_STEPS = 40;

    private final long id;
    /** Empty until a message shows to which key the exchange belongs. */
    private Optional<DhPublicKey> clientKey;

    private final List<RecordedMessage> messages = new ArrayList<>();
    private List<String> steps = List.of();
    private int dropped;

    /**
     * A copy for readers.
     *
     * @param dropped how many messages between the first and the second were left out
     * @param steps the values of each step, secrets included; empty unless the operator asked for them
     */
    record Snapshot(long id, List<RecordedMessage> messages, int dropped, List<String> steps) {}

    RecordedExchange(long id, Optional<DhPublicKey> clientKey) {
        this.id = id;
        this.clientKey = clientKey;
    }

    long id() {
        return id;
    }

    /** Whether it has only messages that the embedded broker has seen, which may have been delivered or not. */
    boolean isOnlySeen() {
        return clientKey.isEmpty()
                && messages.stream().allMatch(message -> message.outcome() instanceof RecordedMessage.Seen);
    }

    void setClientKey(DhPublicKey key) {
        clientKey = Optional.of(key);
    }

    boolean belongsTo(DhPublicKey key) {
        return clientKey.filter(key::equals).isPresent();
    }

    RecordedMessage last() {
        return messages.get(messages.size() - 1);
    }

    /** Adds a message, and drops the second one if there are too many. The first has the key. */
    void add(RecordedMessage message) {
        messages.add(message);
        if (messages.size() > MAX_MESSAGES) {
            messages.remove(1);
            dropped++;
        }
    }

    /** Changes the message with this number, and tells whether there is one. */
    boolean change(long number, UnaryOperator<RecordedMessage> change) {
        for (int i = messages.size() - 1; i >= 0; i--) {
            if (messages.get(i).number() == number) {
                messages.set(i, change.apply(messages.get(i)));
                return true;
            }
        }
        return false;
    }

    void addSteps(List<String> lines) {
        List<String> all = new ArrayList<>(steps);
        all.addAll(lines);
        steps = all.size() > MAX_STEPS ? all.subList(all.size() - MAX_STEPS, all.size()) : all;
    }

    /** How many bytes this keeps, roughly. */
    int keptBytes() {
        return messages.stream().mapToInt(RecordedMessage::keptBytes).sum()
                + steps.stream().mapToInt(String::length).sum();
    }

    Snapshot snapshot() {
        return new Snapshot(id, List.copyOf(messages), dropped, List.copyOf(steps));
    }
}
