package securemqtt.responder;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.reactive.messaging.mqtt.ReceivingMqttMessageMetadata;
import io.smallrye.reactive.messaging.mqtt.SendingMqttMessageMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.jboss.logging.Logger;
import securemqtt.protocol.Refusal;
import securemqtt.protocol.RefusedException;
import securemqtt.protocol.Topics;

/**
 * Where requests come in and answers go out. Nothing that arrives gets through as an exception: one would end the
 * incoming channel for good, while the broker went on delivering to it.
 */
@ApplicationScoped
class RequestChannel {
    private static final Logger LOG = Logger.getLogger(RequestChannel.class);
    private static final int MOST_SESSIONS = 10_000;
    private static final Duration SESSION_IDLE = Duration.ofMinutes(10);

    private final Emitter<byte[]> responses;
    private final Workers workers = new Workers();
    private final RefusalLog refusals = new RefusalLog();
    private final Responder responder;

    RequestChannel(
            // An answer that was made is not to be dropped; it is the requests that are bounded.
            @Channel("responses") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER) Emitter<byte[]> responses) {
        this.responses = responses;
        this.responder =
                new Responder(new Sessions(MOST_SESSIONS, SESSION_IDLE), InstantSource.system(), new SecureRandom());
    }

    /** Only ever hands on: a request that had to wait here would wait in the channel's buffer, whose end is the channel's. */
    @Incoming("requests")
    CompletionStage<Void> receive(Message<byte[]> message) {
        ReceivingMqttMessageMetadata mqtt =
                message.getMetadata(ReceivingMqttMessageMetadata.class).orElseThrow();
        String topic = mqtt.getTopic();
        byte[] payload = message.getPayload();
        guarded(topic, () -> {
            if (mqtt.isRetain()) {
                throw new RefusedException(Refusal.RETAINED);
            }
            Topics.Request request = Topics.parseRequest(topic);
            workers.execute(request, payload.length, () -> guarded(topic, () -> answer(request, topic, payload)));
        });
        return message.ack();
    }

    private void answer(Topics.Request request, String topic, byte[] payload) throws RefusedException {
        Reply reply = responder.answer(request, payload);
        LOG.debugf("%s: %s", Printable.of(request.netId().value()), reply.step());
        Metadata publish = Metadata.of(new SendingMqttMessageMetadata(reply.topic(), MqttQoS.AT_LEAST_ONCE, false));
        responses.send(Message.of(
                reply.payload(), publish, () -> CompletableFuture.completedFuture(null), e -> notSent(topic, e)));
    }

    private static CompletionStage<Void> notSent(String topic, Throwable e) {
        LOG.warnf("not sent: the answer to %s: %s", Printable.of(topic), e.getMessage());
        return CompletableFuture.completedFuture(null);
    }

    private interface Step {
        void run() throws RefusedException;
    }

    private void guarded(String topic, Step step) {
        try {
            step.run();
        } catch (RefusedException e) {
            refusals.add(e.refusal(), topic);
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.errorf("a fault of this program while answering %s: %s", Printable.of(topic), e);
            LOG.debug("where it happened", e);
        }
    }

    void stop(@Observes ShutdownEvent shutdown) {
        workers.close();
        refusals.close();
    }
}
