package securemqtt.responder.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.NetId;
import securemqtt.protocol.Refusal;
import securemqtt.protocol.Topics;
import securemqtt.responder.diagnosis.AcceptedMessage;
import securemqtt.responder.diagnosis.Diagnosis;
import securemqtt.responder.diagnosis.Mistake;
import securemqtt.responder.exchange.MemorySessions;
import securemqtt.responder.exchange.Responder;

class DiagnosesTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final DhKeyPair OURS = DhKeyPair.generate(DhGroup.lab(), RANDOM);

    private long nanos;
    private final Responder responder = new Responder(
            new MemorySessions(10, Duration.ofMinutes(10)), clientKey -> OURS, InstantSource.system(), RANDOM, true);
    private final Diagnoses diagnoses = new Diagnoses(responder, (topic, error) -> fail(topic, error), () -> nanos);

    @AfterEach
    void close() {
        diagnoses.close();
    }

    @Test
    void aRefusedMessageGetsItsDiagnosis() throws Exception {
        assertEquals(
                List.of(Mistake.ORDER_NO_KEY_EXCHANGE),
                diagnose("a/reverse/request").orElseThrow().mistakes());
    }

    @Test
    void aNetIdHasOneDiagnosisASecond() throws Exception {
        diagnose("a/reverse/request");
        assertFalse(offer("a/shuffle/request", new byte[1], found -> fail()));
        diagnose("b/reverse/request");

        nanos += Duration.ofSeconds(1).toNanos();

        diagnose("a/reverse/request");
    }

    @Test
    void topicsWithoutANetIdShareOneTurn() throws Exception {
        CompletableFuture<Optional<Diagnosis>> first = new CompletableFuture<>();
        assertTrue(offer("\u0001/reverse/request", new byte[1], first::complete));
        first.get(10, TimeUnit.SECONDS);

        assertFalse(offer("\u0002/reverse/request", new byte[1], found -> fail()));
    }

    @Test
    void aLongMessageGetsNone() {
        assertFalse(offer("a/reverse/request", new byte[64 * 1024 + 1], found -> fail()));
    }

    @Test
    void waitingMessagesAreReportedWithoutADiagnosisAtTheEnd() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        offer("a/reverse/request", new byte[1], found -> {
            busy.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertTrue(busy.await(10, TimeUnit.SECONDS));
        List<Optional<Diagnosis>> waiting = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            offer("b" + i + "/reverse/request", new byte[1], waiting::add);
        }

        diagnoses.close();
        release.countDown();

        assertEquals(100, waiting.size());
        assertTrue(waiting.stream().allMatch(Optional::isEmpty));
    }

    @Test
    void aMistakeIsMentionedOnceInTenMinutes() {
        assertTrue(diagnoses.isMentionable("a/key-exchange/request", Mistake.QOS_0));
        assertFalse(diagnoses.isMentionable("a/key-exchange/request", Mistake.QOS_0));

        nanos += Duration.ofMinutes(10).toNanos();

        assertTrue(diagnoses.isMentionable("a/key-exchange/request", Mistake.QOS_0));
    }

    @Test
    void aMessageThatIsAnsweredShowsItsMistakesEachTime() {
        AcceptedMessage message = new AcceptedMessage(0, new Topics.KeyExchange(new NetId("a")), new byte[] {'\n'}, 0);

        assertEquals(List.of(Mistake.QOS_0), diagnoses.mistakes(message, OURS.publicKey()));
        assertEquals(List.of(Mistake.QOS_0), diagnoses.mistakes(message, OURS.publicKey()));
    }

    @Test
    void aMistakeThatOnlyTheBrokerSeesIsMentionedOnceForEachNetId() {
        assertTrue(diagnoses.isMentionable("/a/reverse/request", Mistake.TOPIC_LEADING_SLASH));
        assertFalse(diagnoses.isMentionable("/a/shuffle/request", Mistake.TOPIC_LEADING_SLASH));
        assertTrue(diagnoses.isMentionable("/b/reverse/request", Mistake.TOPIC_LEADING_SLASH));
        assertTrue(diagnoses.isMentionable("a/reverse/request", Mistake.RETAIN));
    }

    private Optional<Diagnosis> diagnose(String topic) throws Exception {
        CompletableFuture<Optional<Diagnosis>> result = new CompletableFuture<>();
        assertTrue(offer(topic, new byte[] {'x'}, result::complete));
        return result.get(10, TimeUnit.SECONDS);
    }

    private boolean offer(String topic, byte[] payload, Consumer<Optional<Diagnosis>> result) {
        return diagnoses.offer(Refusal.NO_SESSION, topic, payload, result);
    }
}
