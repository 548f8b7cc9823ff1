package securemqtt.responder.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.NetId;
import securemqtt.protocol.Refusal;
import securemqtt.responder.channel.ReceivedMessage;
import securemqtt.responder.diagnosis.Diagnosis;
import securemqtt.responder.diagnosis.Mistake;
import securemqtt.responder.exchange.Answer;
import securemqtt.responder.exchange.Texts;

class RecordingTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final DhPublicKey KEY = key();
    private static final DhPublicKey OTHER_KEY = key();

    private final ClassCounts counts = new ClassCounts();
    private final Recording recording = new Recording(InstantSource.fixed(START), counts);
    private long number;

    @Test
    void messagesUnderOneKeyAreOneExchange() {
        exchangeKeys("le0nh4rt", KEY);
        transform("le0nh4rt", KEY, "Hi", "HI");
        exchangeKeys("le0nh4rt", OTHER_KEY);
        transform("le0nh4rt", KEY, "Ho", "HO");

        List<RecordedExchange.Snapshot> exchanges = recording.exchanges("le0nh4rt");
        assertEquals(
                List.of(1, 3),
                exchanges.stream().map(one -> one.messages().size()).toList());
        assertEquals("Ho", text(exchanges.get(1).messages().get(2)));
    }

    @Test
    void theSummaryIsOfTheLastMessageOfAnyExchange() {
        exchangeKeys("le0nh4rt", KEY);
        exchangeKeys("le0nh4rt", OTHER_KEY);
        transform("le0nh4rt", KEY, "Hi", "HI");

        assertEquals("Hi", text(recording.all().get(0).last()));
    }

    @Test
    void aRefusedMessageBelongsToTheLatestExchangeAndGetsItsDiagnosisLater() {
        exchangeKeys("le0nh4rt", KEY);
        ReceivedMessage token = message("le0nh4rt/uppercase/request", "x");
        recording.refused(token, Refusal.TOKEN_NOT_AUTHENTIC);
        Diagnosis diagnosis = Diagnosis.recognized(Mistake.TOKEN_PLAIN_TEXT);

        recording.diagnosed(token, diagnosis);

        RecordedExchange.Snapshot exchange = recording.exchanges("le0nh4rt").get(0);
        assertEquals(
                new RecordedMessage.Refused(Refusal.TOKEN_NOT_AUTHENTIC, Optional.of(diagnosis)),
                exchange.messages().get(1).outcome());
        assertEquals(1, counts.mistakes().get(0).netIds());
    }

    @Test
    void anAnswerThatCouldNotBeSentIsShownAsFailed() {
        exchangeKeys("le0nh4rt", KEY);

        recording.failed("le0nh4rt/key-exchange/request", number);

        assertEquals(
                List.of(new RecordedMessage.Failed()),
                recording.exchanges("le0nh4rt").get(0).messages().stream()
                        .map(RecordedMessage::outcome)
                        .toList());
    }

    @Test
    void onlyTheNewestNetIdsAreKept() {
        IntStream.rangeClosed(0, Recording.MAX_NETIDS).forEach(i -> exchangeKeys("n" + i, KEY));

        assertEquals(Recording.MAX_NETIDS, recording.all().size());
        assertTrue(recording.exchanges("n0").isEmpty());
    }

    @Test
    void onlyTheNewestExchangesOfANetIdAreKept() {
        for (int i = 0; i <= Recording.MAX_EXCHANGES; i++) {
            recording.refused(message("le0nh4rt/key-exchange/request", "key " + i), Refusal.KEY_NOT_PEM);
        }

        List<RecordedExchange.Snapshot> exchanges = recording.exchanges("le0nh4rt");
        assertEquals(Recording.MAX_EXCHANGES, exchanges.size());
        assertEquals(Recording.MAX_EXCHANGES + 1, exchanges.get(0).id());
    }

    @Test
    void aLongExchangeKeepsItsKeyAndItsNewestMessages() {
        exchangeKeys("le0nh4rt", KEY);
        for (int i = 1; i <= 20; i++) {
            transform("le0nh4rt", KEY, "text " + i, "TEXT " + i);
        }

        RecordedExchange.Snapshot exchange = recording.exchanges("le0nh4rt").get(0);
        assertEquals(RecordedExchange.MAX_MESSAGES, exchange.messages().size());
        assertEquals(9, exchange.dropped());
        assertTrue(exchange.messages().get(0).topic().contains("key-exchange"));
        assertEquals("text 20", text(exchange.messages().get(RecordedExchange.MAX_MESSAGES - 1)));
    }

    @Test
    void ofLongPayloadsOnlyTheBeginningIsKept() {
        ReceivedMessage message = message("le0nh4rt/uppercase/request", "x".repeat(100_000));

        recording.refused(message, Refusal.TOKEN_NOT_AUTHENTIC);

        Excerpt payload = recording.all().get(0).last().payload().orElseThrow();
        assertEquals(Excerpt.MAX_LENGTH, payload.bytes().length);
        assertEquals(100_000, payload.length());
    }

    @Test
    void theKeptBytesAreBounded() {
        String big = "x".repeat(Excerpt.MAX_LENGTH);
        for (int netId = 0; netId < Recording.MAX_NETIDS; netId++) {
            for (int exchange = 0; exchange < Recording.MAX_EXCHANGES; exchange++) {
                recording.refused(message("n" + netId + "/key-exchange/request", big), Refusal.KEY_NOT_PEM);
                recording.refused(message("n" + netId + "/reverse/request", big), Refusal.NO_SESSION);
            }
        }

        long kept = recording.all().stream()
                .flatMap(summary -> recording.exchanges(summary.netId()).stream())
                .flatMap(exchange -> exchange.messages().stream())
                .mapToLong(RecordedMessage::keptBytes)
                .sum();
        assertTrue(kept <= Recording.MAX_BYTES && kept > Recording.MAX_BYTES / 2, Long.toString(kept));
        assertFalse(recording.exchanges("n" + (Recording.MAX_NETIDS - 1)).isEmpty());
    }

    @Test
    void topicsWithoutNetIdShareOneEntry() {
        recording.refused(message("//request", ""), Refusal.TOPIC_BAD_NETID);
        recording.refused(message("\u0001/uppercase/request", ""), Refusal.TOPIC_BAD_NETID);
        recording.refused(message("x".repeat(60_000), ""), Refusal.TOPIC_BAD_NETID);

        assertEquals(
                List.of(""),
                recording.all().stream().map(Recording.Summary::netId).toList());
        assertTrue(recording.all().get(0).last().topic().length() < 1_000);
    }

    @Test
    void aMessageThatOnlyTheBrokerHasSeenCountsForItsNetId() {
        recording.seen("/le0nh4rt/key-exchange/request", Mistake.TOPIC_LEADING_SLASH);

        assertEquals("le0nh4rt", recording.all().get(0).netId());
    }

    @Test
    void aMessageThatTheBrokerHasSeenFirstIsInTheExchangeOfItsKey() {
        recording.seen("le0nh4rt/key-exchange/request", Mistake.RETAIN);
        exchangeKeys("le0nh4rt", KEY);
        recording.seen("le0nh4rt/uppercase/request", Mistake.RETAIN);
        transform("le0nh4rt", KEY, "Hi", "HI");

        assertEquals(1, recording.exchanges("le0nh4rt").size());
    }

    @Test
    void changesAreTakenOnce() {
        exchangeKeys("a", KEY);
        exchangeKeys("b", KEY);
        exchangeKeys("a", KEY);

        assertEquals(
                List.of("b", "a"),
                recording.takeChanged().stream().map(Recording.Summary::netId).toList());
        assertEquals(List.of(), recording.takeChanged());
    }

    @Test
    void theStepsGoWithTheMessageAfterThem() {
        recording.steps(new NetId("le0nh4rt"), List.of("step: Z"));
        exchangeKeys("other", KEY);
        exchangeKeys("le0nh4rt", KEY);

        assertEquals(List.of("step: Z"), recording.exchanges("le0nh4rt").get(0).steps());
        assertEquals(List.of(), recording.exchanges("other").get(0).steps());
    }

    private void exchangeKeys(String netId, DhPublicKey key) {
        Answer answer = new Answer(netId + "/key-exchange/response", OTHER_KEY.toPem(), key, Optional.empty(), "");
        recording.answered(message(netId + "/key-exchange/request", "key"), answer, List.of());
    }

    private void transform(String netId, DhPublicKey key, String text, String response) {
        Texts texts = new Texts(text.getBytes(StandardCharsets.UTF_8), response.getBytes(StandardCharsets.UTF_8));
        Answer answer = new Answer(netId + "/uppercase/response", new byte[100], key, Optional.of(texts), "");
        recording.answered(message(netId + "/uppercase/request", "token"), answer, List.of());
    }

    private ReceivedMessage message(String topic, String payload) {
        number++;
        return new ReceivedMessage(
                number, START.plusMillis(number), topic, 1, false, payload.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(RecordedMessage message) {
        RecordedMessage.Answered answered = (RecordedMessage.Answered) message.outcome();
        return new String(answered.texts().orElseThrow().request().bytes(), StandardCharsets.UTF_8);
    }

    private static DhPublicKey key() {
        return DhKeyPair.generate(DhGroup.lab(), new SecureRandom()).publicKey();
    }
}
