package securemqtt.responder.channel;

import java.util.List;
import java.util.function.BiConsumer;
import securemqtt.protocol.NetId;
import securemqtt.protocol.Refusal;
import securemqtt.responder.diagnosis.Diagnosis;
import securemqtt.responder.diagnosis.Mistake;
import securemqtt.responder.exchange.Answer;

/** Keeps an error of a listener from the channel, which such an error would end. */
final class GuardedListener implements MessageListener {
    private final MessageListener listener;
    private final BiConsumer<String, Throwable> errors;

    /** @param errors gets the topic of the message and the error */
    GuardedListener(MessageListener listener, BiConsumer<String, Throwable> errors) {
        this.listener = listener;
        this.errors = errors;
    }

    @Override
    public void answered(ReceivedMessage message, Answer answer, List<Mistake> mistakes) {
        guard(message.topic(), () -> listener.answered(message, answer, mistakes));
    }

    @Override
    public void refused(ReceivedMessage message, Refusal reason) {
        guard(message.topic(), () -> listener.refused(message, reason));
    }

    @Override
    public void diagnosed(ReceivedMessage message, Diagnosis diagnosis) {
        guard(message.topic(), () -> listener.diagnosed(message, diagnosis));
    }

    @Override
    public void failed(String topic, long number) {
        guard(topic, () -> listener.failed(topic, number));
    }

    @Override
    public void seen(String topic, Mistake mistake) {
        guard(topic, () -> listener.seen(topic, mistake));
    }

    @Override
    public void steps(NetId netId, List<String> lines) {
        guard(netId.value(), () -> listener.steps(netId, lines));
    }

    private void guard(String topic, Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | Error e) {
            errors.accept(topic, e);
        }
    }
}
