package securemqtt.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import securemqtt.protocol.Action;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.ExchangeSteps;
import securemqtt.protocol.Fernet;
import securemqtt.protocol.NetId;
import securemqtt.protocol.SessionKey;

class ExchangeTest {
    private static final String KEY_REQUEST = "le0nh4rt/key-exchange/request";
    private static final String KEY_RESPONSE = "le0nh4rt/key-exchange/response";
    private static final String REQUEST = "le0nh4rt/reverse/request";
    private static final String RESPONSE = "le0nh4rt/reverse/response";
    private static final byte[] TEXT = "The LAN Before Time".getBytes(StandardCharsets.UTF_8);

    private static final Event CONNECTED = new Event.Connected("broker:1884");
    private static final Failure LOST = new Failure(ExitCode.BROKER_UNREACHABLE, "lost", "try again");

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final DhKeyPair OWN = DhKeyPair.generate(DhGroup.lab(), RANDOM);
    private static final DhKeyPair RESPONDER = DhKeyPair.generate(DhGroup.lab(), RANDOM);
    private static final DhKeyPair STRANGER = DhKeyPair.generate(DhGroup.lab(), RANDOM);

    private static final int MAX_ANSWER_LENGTH = 100;

    private final Exchange exchange = exchange(Set.of(), () -> OWN);

    private static Exchange exchange(Set<String> pins, Supplier<DhKeyPair> keyPairs) {
        return exchange(pins, keyPairs, false);
    }

    private static Exchange exchange(Set<String> pins, Supplier<DhKeyPair> keyPairs, boolean showSecrets) {
        ExchangeRequest request =
                new ExchangeRequest(new NetId("le0nh4rt"), Action.REVERSE, TEXT, pins, MAX_ANSWER_LENGTH, showSecrets);
        return new Exchange(request, keyPairs, InstantSource.system(), RANDOM);
    }

    @Test
    void subscribesToBothResponseTopicsAfterConnecting() {
        List<Effect> effects = exchange.on(CONNECTED);

        assertEquals(List.of(new Effect.Subscribe(List.of(KEY_RESPONSE, RESPONSE))), withoutNotes(effects));
    }

    @Test
    void sendsItsKeyAfterTheBrokerGrantsBothSubscriptions() throws Exception {
        exchange.on(CONNECTED);

        Effect.Publish publish = only(Effect.Publish.class, exchange.on(new Event.Subscribed(List.of(1, 1))));

        assertEquals(KEY_REQUEST, publish.topic());
        assertEquals(OWN.publicKey(), DhPublicKey.parse(DhGroup.lab(), publish.payload()));
    }

    @Test
    void sendsTheTextUnderTheSessionKeyAfterTheRespondersKeyArrives() throws Exception {
        awaitKey();

        Effect.Publish publish = only(Effect.Publish.class, receive(KEY_RESPONSE, pem(RESPONDER)));

        assertEquals(REQUEST, publish.topic());
        assertArrayEquals(TEXT, fernetOf(RESPONDER).decrypt(publish.payload()));
    }

    @Test
    void finishesWithTheUnchangedBytesOfTheAnswer() throws Exception {
        byte[] notUtf8 = {(byte) 0xFF, 0, '\n'};
        awaitAnswer();

        Effect.Finish finish =
                only(Effect.Finish.class, receive(RESPONSE, fernetOf(RESPONDER).encrypt(notUtf8)));

        assertArrayEquals(notUtf8, finish.answer());
    }

    @Test
    void notesNameEveryStepAndBothFingerprints() throws Exception {
        StringBuilder notes = new StringBuilder();
        appendNotes(notes, exchange.on(CONNECTED));
        appendNotes(notes, exchange.on(new Event.Subscribed(List.of(1, 1))));
        appendNotes(notes, receive(KEY_RESPONSE, pem(RESPONDER)));
        appendNotes(notes, receive(RESPONSE, fernetOf(RESPONDER).encrypt(TEXT)));

        assertEquals(
                """
                connected to broker:1884
                subscribed to le0nh4rt/key-exchange/response and le0nh4rt/reverse/response, granted QoS 1
                key sent, fingerprint %s
                key received, fingerprint %s
                request sent
                answer received
                """.formatted(
                        OWN.publicKey().fingerprint(), RESPONDER.publicKey().fingerprint()),
                notes.toString());
    }

    @Test
    void withoutTheOptionNoSecretIsShown() throws Exception {
        awaitKey();

        List<Effect> effects = new ArrayList<>(receive(KEY_RESPONSE, pem(RESPONDER)));
        effects.addAll(receive(RESPONSE, fernetOf(STRANGER).encrypt(TEXT)));
        effects.addAll(receive(RESPONSE, fernetOf(RESPONDER).encrypt(TEXT)));

        assertEquals(List.of(), shown(effects));
    }

    @Test
    void withTheOptionItShowsTheStepsOfKeysRequestAndResponse() throws Exception {
        SessionKey key = RESPONDER.agree(OWN.publicKey());
        Exchange showing = exchangeThatShowsSecrets();

        List<Effect> effects = showing.on(new Event.Received(KEY_RESPONSE, pem(RESPONDER), false));
        byte[] request = ((Effect.Publish) effects.stream()
                        .filter(Effect.Publish.class::isInstance)
                        .findFirst()
                        .orElseThrow())
                .payload();
        List<String> expected = new ArrayList<>(ExchangeSteps.ofClient(OWN, RESPONDER.publicKey()));
        expected.addAll(ExchangeSteps.ofRequest(key, request));
        assertEquals(expected, shown(effects));

        byte[] response = fernetOf(RESPONDER).encrypt(TEXT);
        assertEquals(
                ExchangeSteps.ofResponse(key, response),
                shown(showing.on(new Event.Received(RESPONSE, response, false))));
    }

    @Test
    void itShowsTheFirstTokenThatItIgnoresForEachReason() throws Exception {
        SessionKey key = RESPONDER.agree(OWN.publicKey());
        Exchange showing = exchangeThatShowsSecrets();
        showing.on(new Event.Received(KEY_RESPONSE, pem(RESPONDER), false));
        byte[] foreign = fernetOf(STRANGER).encrypt(TEXT);
        byte[] noToken = {'!'};

        assertEquals(
                ExchangeSteps.ofResponse(key, foreign),
                shown(showing.on(new Event.Received(RESPONSE, foreign, false))));
        assertEquals(
                ExchangeSteps.ofResponse(key, noToken),
                shown(showing.on(new Event.Received(RESPONSE, noToken, false))));
        assertEquals(List.of(), shown(showing.on(new Event.Received(RESPONSE, foreign, false))));
    }

    @Test
    void anEffectThatShowsASecretDoesNotShowItInItsToString() {
        assertEquals("ShowSecret[not shown]", new Effect.ShowSecret("private: 1234").toString());
    }

    private static Exchange exchangeThatShowsSecrets() {
        Exchange showing = exchange(Set.of(), () -> OWN, true);
        showing.on(CONNECTED);
        showing.on(new Event.Subscribed(List.of(1, 1)));
        return showing;
    }

    private static List<String> shown(List<Effect> effects) {
        return effects.stream()
                .filter(Effect.ShowSecret.class::isInstance)
                .map(effect -> ((Effect.ShowSecret) effect).line())
                .toList();
    }

    @Test
    void aRefusedSubscriptionEndsTheRun() {
        exchange.on(CONNECTED);

        Failure failure = failure(exchange.on(new Event.Subscribed(List.of(1, 128))));

        assertEquals(ExitCode.BROKER_REFUSED, failure.exitCode());
        assertTrue(failure.problem().contains(RESPONSE), failure.problem());
    }

    /** The first effect of every event at every step, other than notes and alarms; - is none. */
    private static final String TABLE = """
            step            Connected Subscribed key     token  Acknowledged ConnectFailed ConnectionLost Alarm   Interrupted DeadlinePassed
            CONNECTING      Subscribe -          -       -      -            Fail          Fail           -       Stop        Fail
            RECONNECTING    Subscribe -          -       -      -            Connect       Connect        Connect Stop        Fail
            SUBSCRIBING     -         Publish    -       -      -            Fail          Connect        Connect Stop        Fail
            AWAITING_KEY    -         -          Publish -      -            Fail          Connect        Publish Stop        Fail
            AWAITING_ANSWER -         -          -       Finish -            Fail          Connect        Publish Stop        Fail
            ENDED           -         -          -       -      -            -             -              -       -           -
            """;

    private static List<List<String>> table() {
        return TABLE.lines().map(line -> List.of(line.split(" +"))).toList();
    }

    @Test
    void theTableHasEveryStepAndEveryEvent() {
        assertEquals(
                Arrays.stream(Exchange.Step.values()).map(Enum::name).toList(),
                table().stream().skip(1).map(row -> row.get(0)).toList());
        Set<String> events = new TreeSet<>(table().get(0));
        events.removeAll(Set.of("step", "key", "token"));
        events.add("Received");
        assertEquals(
                events,
                Arrays.stream(Event.class.getPermittedSubclasses())
                        .map(Class::getSimpleName)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    static Stream<List<String>> steps() {
        return table().stream().skip(1);
    }

    @ParameterizedTest
    @MethodSource("steps")
    void everyEventAtEveryStepHasTheEffectInTheTable(List<String> row) throws Exception {
        Exchange.Step step = Exchange.Step.valueOf(row.get(0));
        for (int i = 1; i < row.size(); i++) {
            String name = table().get(0).get(i);
            List<Effect> effects = withoutNotes(exchangeAt(step).on(event(name)));
            String done = effects.isEmpty() ? "-" : effects.get(0).getClass().getSimpleName();

            assertEquals(row.get(i), done, name);
        }
    }

    private static Event event(String name) throws Exception {
        return switch (name) {
            case "Connected" -> CONNECTED;
            case "Subscribed" -> new Event.Subscribed(List.of(1, 1));
            case "key" -> new Event.Received(KEY_RESPONSE, pem(RESPONDER), false);
            case "token" -> new Event.Received(RESPONSE, fernetOf(RESPONDER).encrypt(TEXT), false);
            case "Acknowledged" -> new Event.Acknowledged();
            case "ConnectFailed" -> new Event.ConnectFailed(LOST);
            case "ConnectionLost" -> new Event.ConnectionLost(LOST);
            case "Alarm" -> new Event.Alarm();
            case "Interrupted" -> new Event.Interrupted();
            case "DeadlinePassed" -> new Event.DeadlinePassed(60);
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** Returns an exchange that has reached this step. */
    private static Exchange exchangeAt(Exchange.Step step) throws Exception {
        List<String> events =
                switch (step) {
                    case CONNECTING -> List.of();
                    case RECONNECTING -> List.of("Connected", "ConnectionLost");
                    case SUBSCRIBING -> List.of("Connected");
                    case AWAITING_KEY -> List.of("Connected", "Subscribed");
                    case AWAITING_ANSWER -> List.of("Connected", "Subscribed", "key");
                    case ENDED -> List.of("Connected", "Subscribed", "key", "token");
                };
        Exchange exchange = exchange(Set.of(), () -> OWN);
        for (String event : events) {
            exchange.on(event(event));
        }
        return exchange;
    }

    @Test
    void beginsByConnectingWithoutDelay() {
        assertEquals(List.of(new Effect.Connect(Duration.ZERO)), exchange.begin());
    }

    @Test
    void aFailedFirstConnectionEndsTheRun() {
        assertEquals(LOST, failure(exchange.on(new Event.ConnectFailed(LOST))));
    }

    @Test
    void aConnectionLostBeforeTheBrokerAcceptsItEndsTheRun() {
        assertEquals(LOST, failure(exchange.on(new Event.ConnectionLost(LOST))));
    }

    /** The last event before the loss. */
    enum Reached {
        CONNECTED,
        SUBSCRIBED,
        KEY_RECEIVED
    }

    @ParameterizedTest
    @EnumSource
    void afterALossItReconnectsAndStartsOverWithANewKey(Reached reached) throws Exception {
        Iterator<DhKeyPair> keyPairs = List.of(OWN, STRANGER).iterator();
        Exchange again = exchange(Set.of(), keyPairs::next);
        again.on(CONNECTED);
        if (reached == Reached.CONNECTED) {
            keyPairs.next();
        } else {
            again.on(new Event.Subscribed(List.of(1, 1)));
        }
        if (reached == Reached.KEY_RECEIVED) {
            again.on(new Event.Received(KEY_RESPONSE, pem(RESPONDER), false));
        }

        Duration delay = only(Effect.Connect.class, again.on(new Event.ConnectionLost(LOST)))
                .delay();

        assertTrue(delay.toMillis() > 0 && delay.toMillis() <= 200, delay.toString());
        assertEquals(List.of(new Effect.Subscribe(List.of(KEY_RESPONSE, RESPONSE))), withoutNotes(again.on(CONNECTED)));
        Effect.Publish key = only(Effect.Publish.class, again.on(new Event.Subscribed(List.of(1, 1))));
        assertEquals(STRANGER.publicKey(), DhPublicKey.parse(DhGroup.lab(), key.payload()));
        Effect.Publish request =
                only(Effect.Publish.class, again.on(new Event.Received(KEY_RESPONSE, pem(RESPONDER), false)));
        Fernet fernet = new Fernet(RESPONDER.agree(STRANGER.publicKey()), InstantSource.system(), RANDOM);
        assertArrayEquals(TEXT, fernet.decrypt(request.payload()));
        only(Effect.Finish.class, again.on(new Event.Received(RESPONSE, fernet.encrypt(TEXT), false)));
    }

    @Test
    void afterALossALateResponseToTheEarlierKeyDoesNotPreventTheAnswer() throws Exception {
        awaitKey();
        exchange.on(new Event.ConnectionLost(LOST));
        awaitKey();

        only(Effect.Publish.class, receive(KEY_RESPONSE, pem(STRANGER)));
        only(Effect.Warn.class, receive(KEY_RESPONSE, pem(RESPONDER)));
        Effect.Publish request = only(Effect.Publish.class, exchange.on(new Event.Alarm()));

        assertArrayEquals(TEXT, fernetOf(RESPONDER).decrypt(request.payload()));
        assertEquals(List.of(), withoutNotes(receive(RESPONSE, request.payload())), "our own request");
        Effect.Finish finish =
                only(Effect.Finish.class, receive(RESPONSE, fernetOf(RESPONDER).encrypt(TEXT)));
        assertArrayEquals(TEXT, finish.answer());
    }

    /** Otherwise an attacker who can cause a loss could read the text by sending a key after the responder's. */
    @Test
    void afterALossASecondKeyGetsNoRequestWhileTheFirstMayStillAnswer() throws Exception {
        awaitKey();
        exchange.on(new Event.ConnectionLost(LOST));
        awaitKey();
        only(Effect.Publish.class, receive(KEY_RESPONSE, pem(RESPONDER)));

        List<Effect> effects = receive(KEY_RESPONSE, pem(STRANGER));

        only(Effect.Warn.class, effects);
        assertEquals(Duration.ofSeconds(5), alarm(effects).delay());
        only(Effect.Finish.class, receive(RESPONSE, fernetOf(RESPONDER).encrypt(TEXT)));
    }

    @Test
    void withoutALossASecondKeyNeverGetsTheRequest() {
        awaitAnswer();
        only(Effect.Warn.class, receive(KEY_RESPONSE, pem(STRANGER)));

        only(Effect.Publish.class, exchange.on(new Event.Alarm()), KEY_REQUEST);
        assertEquals(List.of(), withoutNotes(receive(KEY_RESPONSE, pem(STRANGER))));
    }

    @Test
    void keepsAtMostFourSpareKeys() {
        awaitKey();
        exchange.on(new Event.ConnectionLost(LOST));
        awaitAnswer();
        for (int i = 0; i < 6; i++) {
            receive(KEY_RESPONSE, pem(DhKeyPair.generate(DhGroup.lab(), RANDOM)));
        }

        for (int i = 0; i < 4; i++) {
            only(Effect.Publish.class, exchange.on(new Event.Alarm()), REQUEST);
        }
        only(Effect.Publish.class, exchange.on(new Event.Alarm()), KEY_REQUEST);
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNECTED", "SUBSCRIBED"})
    void reconnectsAgainIfTheBrokerDoesNotAnswerAReconnection(Reached reached) {
        awaitKey();
        Effect.SetAlarm alarm = alarm(exchange.on(new Event.ConnectionLost(LOST)));
        if (reached == Reached.SUBSCRIBED) {
            exchange.on(CONNECTED);
        }

        List<Effect> effects = exchange.on(new Event.Alarm());

        assertTrue(alarm.delay().toSeconds() == 12, alarm.toString());
        only(Effect.Connect.class, effects);
        assertTimeout(ExitCode.BROKER_UNREACHABLE, "connecting to the broker again");
    }

    /** The responder may reconnect later than the client, and so miss its key. */
    @Test
    void afterALossItSendsItsKeyAgainAtGrowingIntervals() {
        awaitKey();
        exchange.on(new Event.ConnectionLost(LOST));
        exchange.on(CONNECTED);
        List<Effect> effects = exchange.on(new Event.Subscribed(List.of(1, 1)));
        byte[] key = only(Effect.Publish.class, effects).payload();
        for (int seconds : List.of(1, 2, 4, 8, 8)) {
            assertEquals(Duration.ofSeconds(seconds), alarm(effects).delay());
            effects = exchange.on(new Event.Alarm());
            Effect.Publish again = only(Effect.Publish.class, effects);
            assertEquals(KEY_REQUEST, again.topic());
            assertArrayEquals(key, again.payload());
        }
    }

    /** The first key after a loss may be a response to the earlier key, while the responder missed the new one. */
    @Test
    void afterALossItSendsItsKeyTwiceMoreWhileTheRequestHasNoAnswer() throws Exception {
        awaitKey();
        exchange.on(new Event.ConnectionLost(LOST));
        awaitKey();
        receive(KEY_RESPONSE, pem(STRANGER));

        only(Effect.Publish.class, exchange.on(new Event.Alarm()), KEY_REQUEST);
        only(Effect.Publish.class, exchange.on(new Event.Alarm()), KEY_REQUEST);
        assertEquals(List.of(), exchange.on(new Event.Alarm()), "a slow responder may be at work on the request");
    }

    @Test
    void withoutALossItSendsItsKeyOnce() {
        exchange.on(CONNECTED);

        List<Effect> effects = exchange.on(new Event.Subscribed(List.of(1, 1)));

        assertTrue(effects.stream().noneMatch(Effect.SetAlarm.class::isInstance), effects.toString());
    }

    @Test
    void countsFailedReconnectionsAndLimitsTheirDelay() {
        awaitKey();
        exchange.on(new Event.ConnectionLost(LOST));
        for (int i = 0; i < 20; i++) {
            Duration delay = only(Effect.Connect.class, exchange.on(new Event.ConnectFailed(LOST)))
                    .delay();
            assertTrue(delay.toMillis() <= 200L << 4, delay.toString());
        }
        assertTimeout(
                ExitCode.BROKER_UNREACHABLE,
                "connecting to the broker again; connecting failed or the connection was lost 21 times, at last: lost");
    }

    /** A user whose connection the broker closes repeatedly must not read that there is no responder. */
    @Test
    void aTimeoutAfterALossNamesTheLoss() {
        awaitKey();
        exchange.on(new Event.ConnectionLost(LOST));
        awaitKey();

        Failure failure = failure(exchange.on(new Event.DeadlinePassed(7)));

        assertEquals("no answer within 7 s: still waiting for a responder's public key; lost", failure.problem());
        assertEquals(LOST.hint(), failure.hint());
    }

    @Test
    void aBrokerThatRefusesAReconnectionEndsTheRun() {
        Failure refusal = new Failure(ExitCode.BROKER_REFUSED, "refused", "ask");
        awaitKey();
        exchange.on(new Event.ConnectionLost(LOST));

        assertEquals(refusal, failure(exchange.on(new Event.ConnectFailed(refusal))));
    }

    @Test
    void onlyAPinnedKeyGetsTheRequest() {
        Exchange pinned = pinnedToTheResponder();

        Event.Received unpinnedKey = new Event.Received(KEY_RESPONSE, pem(STRANGER), false);
        assertEquals(List.of(Effect.Warn.class), types(pinned.on(unpinnedKey)));
        assertEquals(List.of(), pinned.on(unpinnedKey), "only the first makes a warning");
        only(Effect.Publish.class, pinned.on(new Event.Received(KEY_RESPONSE, pem(RESPONDER), false)));
    }

    @Test
    void aTimeoutAfterUnpinnedKeysOnlyIsNotAuthentic() {
        Exchange pinned = pinnedToTheResponder();
        pinned.on(new Event.Received(KEY_RESPONSE, pem(STRANGER), false));

        Failure failure = failure(pinned.on(new Event.DeadlinePassed(60)));

        assertEquals(ExitCode.NOT_AUTHENTIC, failure.exitCode());
    }

    private static Exchange pinnedToTheResponder() {
        Exchange pinned = exchange(Set.of(RESPONDER.publicKey().fingerprint()), () -> OWN);
        pinned.on(CONNECTED);
        pinned.on(new Event.Subscribed(List.of(1, 1)));
        pinned.on(new Event.Acknowledged());
        return pinned;
    }

    @Test
    void anAnswerOfTheMaximumLengthIsAccepted() throws Exception {
        awaitAnswer();

        only(Effect.Finish.class, receive(RESPONSE, fernetOf(RESPONDER).encrypt(new byte[MAX_ANSWER_LENGTH])));
    }

    @Test
    void anAnswerBeyondTheMaximumLengthIsAFailure() throws Exception {
        awaitAnswer();

        Failure failure = failure(receive(RESPONSE, fernetOf(RESPONDER).encrypt(new byte[MAX_ANSWER_LENGTH + 1])));

        assertEquals(ExitCode.ANSWER_TOO_LONG, failure.exitCode());
    }

    /** Decoding it could take more memory than there is. */
    @Test
    void aTokenFarBeyondTheMaximumLengthIsIgnored() throws Exception {
        awaitAnswer();

        assertEquals(
                List.of(),
                withoutNotes(receive(RESPONSE, fernetOf(RESPONDER).encrypt(new byte[3 * MAX_ANSWER_LENGTH + 1024]))));

        only(Effect.Finish.class, receive(RESPONSE, fernetOf(RESPONDER).encrypt(TEXT)));
    }

    @Test
    void aFloodMakesOneStepLineAndACountInTheFailure() {
        awaitKey();

        assertEquals(1, receive(KEY_RESPONSE, new byte[0]).size());
        for (int i = 0; i < 999; i++) {
            assertEquals(0, receive(KEY_RESPONSE, new byte[0]).size());
        }
        assertTrue(failure(exchange.on(new Event.DeadlinePassed(60)))
                .problem()
                .contains("ignored a key: there is no PEM block (1000 times)"));
    }

    @Test
    void eventsAfterTheEndHaveNoEffect() {
        exchange.on(new Event.DeadlinePassed(60));

        assertEquals(List.of(), exchange.on(CONNECTED));
    }

    @Test
    void aTimeoutWithoutAnAcknowledgementIsAFailureOfTheBroker() {
        exchange.on(CONNECTED);
        exchange.on(new Event.Subscribed(List.of(1, 1)));
        assertTimeout(
                ExitCode.BROKER_UNREACHABLE,
                "waiting for a responder's public key; the broker has not acknowledged our message");
    }

    @Test
    void aForeignTokenBeforeALossDoesNotMakeTheTimeoutNotAuthentic() throws Exception {
        awaitAnswer();
        receive(RESPONSE, fernetOf(STRANGER).encrypt(TEXT));
        exchange.on(new Event.ConnectionLost(LOST));
        awaitAnswer();
        assertTimeout(ExitCode.NO_ANSWER, "waiting for the answer");
    }

    @Test
    void aTimeoutAfterForeignTokensOnlyIsNotAuthentic() throws Exception {
        awaitAnswer();
        receive(RESPONSE, fernetOf(STRANGER).encrypt(TEXT));
        receive(RESPONSE, fernetOf(STRANGER).encrypt(TEXT));

        Failure failure = failure(exchange.on(new Event.DeadlinePassed(60)));

        assertEquals(ExitCode.NOT_AUTHENTIC, failure.exitCode());
        assertTrue(failure.problem().contains("not made with the session key, or was changed (2 times)"));
    }

    /** Messages that anybody can publish, and that have no effect. */
    enum Unexpected {
        EMPTY_KEY(KEY_RESPONSE),
        EMPTY_TOKEN(RESPONSE),
        RETAINED_KEY(KEY_RESPONSE),
        RETAINED_TOKEN(RESPONSE),
        OWN_KEY(KEY_RESPONSE),
        OWN_REQUEST(RESPONSE),
        OWN_REQUEST_WITH_NEWLINE(RESPONSE),
        FOREIGN_TOKEN(RESPONSE),
        REPEATED_KEY(KEY_RESPONSE),
        OTHER_TOPIC("le0nh4rt/shuffle/response");

        final String topic;

        Unexpected(String topic) {
            this.topic = topic;
        }
    }

    @ParameterizedTest
    @EnumSource
    void ignoresUnexpectedMessagesWhileItWaitsForTheAnswer(Unexpected unexpected) throws Exception {
        awaitKey();
        byte[] request = only(Effect.Publish.class, receive(KEY_RESPONSE, pem(RESPONDER)))
                .payload();

        assertEquals(List.of(), withoutNotes(exchange.on(message(unexpected, request))));

        only(Effect.Finish.class, receive(RESPONSE, fernetOf(RESPONDER).encrypt(TEXT)));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "REPEATED_KEY")
    void ignoresUnexpectedMessagesWhileItWaitsForTheKey(Unexpected unexpected) throws Exception {
        awaitKey();

        assertEquals(
                List.of(),
                withoutNotes(exchange.on(message(unexpected, fernetOf(RESPONDER).encrypt(TEXT)))));

        only(Effect.Publish.class, receive(KEY_RESPONSE, pem(RESPONDER)));
    }

    @Test
    void ignoresAKeyBeforeItSendsItsOwn() {
        exchange.on(CONNECTED);

        assertEquals(List.of(), withoutNotes(receive(KEY_RESPONSE, pem(STRANGER))));
    }

    @Test
    void aSecondKeyMakesOneWarning() {
        awaitAnswer();

        Effect.Warn warning = only(Effect.Warn.class, receive(KEY_RESPONSE, pem(STRANGER)));

        assertTrue(warning.text().contains(STRANGER.publicKey().fingerprint()), warning.text());
        assertEquals(List.of(), receive(KEY_RESPONSE, pem(STRANGER)), "only the first makes a warning");
    }

    private static Event.Received message(Unexpected unexpected, byte[] request) throws Exception {
        byte[] payload =
                switch (unexpected) {
                    case EMPTY_KEY, EMPTY_TOKEN -> new byte[0];
                    case RETAINED_KEY -> pem(STRANGER);
                    case RETAINED_TOKEN -> fernetOf(RESPONDER).encrypt(TEXT);
                    case OWN_KEY -> pem(OWN);
                    case OWN_REQUEST -> request;
                    case OWN_REQUEST_WITH_NEWLINE ->
                        (new String(request, StandardCharsets.US_ASCII) + "\n").getBytes(StandardCharsets.US_ASCII);
                    case FOREIGN_TOKEN -> fernetOf(STRANGER).encrypt(TEXT);
                    case REPEATED_KEY -> pem(RESPONDER);
                    case OTHER_TOPIC -> fernetOf(RESPONDER).encrypt(TEXT);
                };
        boolean retained = unexpected == Unexpected.RETAINED_KEY || unexpected == Unexpected.RETAINED_TOKEN;
        return new Event.Received(unexpected.topic, payload, retained);
    }

    private void awaitKey() {
        exchange.on(CONNECTED);
        exchange.on(new Event.Subscribed(List.of(1, 1)));
        exchange.on(new Event.Acknowledged());
    }

    private void awaitAnswer() {
        awaitKey();
        receive(KEY_RESPONSE, pem(RESPONDER));
        exchange.on(new Event.Acknowledged());
    }

    private List<Effect> receive(String topic, byte[] payload) {
        return exchange.on(new Event.Received(topic, payload, false));
    }

    private static List<Class<?>> types(List<Effect> effects) {
        return effects.stream().<Class<?>>map(Effect::getClass).toList();
    }

    private void assertTimeout(ExitCode exitCode, String activity) {
        Failure failure = failure(exchange.on(new Event.DeadlinePassed(7)));
        assertEquals(exitCode, failure.exitCode());
        assertTrue(failure.problem().startsWith("no answer within 7 s: still " + activity), failure.problem());
    }

    private static byte[] pem(DhKeyPair keyPair) {
        return keyPair.publicKey().toPem();
    }

    /** Encrypts and decrypts with the session key of the client and the owner of {@code theirs}. */
    private static Fernet fernetOf(DhKeyPair theirs) throws Exception {
        return new Fernet(theirs.agree(OWN.publicKey()), InstantSource.system(), RANDOM);
    }

    private static void appendNotes(StringBuilder notes, List<Effect> effects) {
        for (Effect effect : effects) {
            if (effect instanceof Effect.Note note) {
                notes.append(note.text()).append('\n');
            }
        }
    }

    /** Leaves out notes and alarms. */
    private static List<Effect> withoutNotes(List<Effect> effects) {
        return effects.stream()
                .filter(effect -> !(effect instanceof Effect.Note || effect instanceof Effect.SetAlarm))
                .toList();
    }

    private static Effect.SetAlarm alarm(List<Effect> effects) {
        return effects.stream()
                .filter(Effect.SetAlarm.class::isInstance)
                .map(Effect.SetAlarm.class::cast)
                .findFirst()
                .orElseThrow();
    }

    private static <E extends Effect> E only(Class<E> type, List<Effect> effects) {
        List<Effect> others = withoutNotes(effects);
        assertEquals(1, others.size(), others.toString());
        return assertInstanceOf(type, others.get(0));
    }

    private static void only(Class<Effect.Publish> type, List<Effect> effects, String topic) {
        assertEquals(topic, only(type, effects).topic());
    }

    private static Failure failure(List<Effect> effects) {
        return only(Effect.Fail.class, effects).failure();
    }
}
