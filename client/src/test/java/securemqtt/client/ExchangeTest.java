package securemqtt.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
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
import securemqtt.protocol.Fernet;
import securemqtt.protocol.NetId;

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
    private static final DhKeyPair RESPONDERS = DhKeyPair.generate(DhGroup.lab(), RANDOM);
    private static final DhKeyPair STRANGERS = DhKeyPair.generate(DhGroup.lab(), RANDOM);

    private static final int MAX_ANSWER_LENGTH = 100;

    private final Exchange exchange = exchange(Set.of(), () -> OWN);

    private static Exchange exchange(Set<String> pins, Supplier<DhKeyPair> keyPairs) {
        ExchangeRequest request =
                new ExchangeRequest(new NetId("le0nh4rt"), Action.REVERSE, TEXT, pins, MAX_ANSWER_LENGTH);
        return new Exchange(request, keyPairs, InstantSource.system(), RANDOM);
    }

    @Test
    void subscribesToBothResponsesOnceConnected() {
        List<Effect> effects = exchange.on(CONNECTED);

        assertEquals(List.of(new Effect.Subscribe(List.of(KEY_RESPONSE, RESPONSE))), withoutNotes(effects));
    }

    @Test
    void sendsItsKeyOnceBothSubscriptionsAreGranted() throws Exception {
        exchange.on(CONNECTED);

        Effect.Publish publish = only(Effect.Publish.class, exchange.on(new Event.Subscribed(List.of(1, 1))));

        assertEquals(KEY_REQUEST, publish.topic());
        assertEquals(OWN.publicKey(), DhPublicKey.parse(DhGroup.lab(), publish.payload()));
    }

    @Test
    void sendsTheTextUnderTheAgreedKeyOnceItHasTheRespondersKey() throws Exception {
        awaitKey();

        Effect.Publish publish = only(Effect.Publish.class, receive(KEY_RESPONSE, pem(RESPONDERS)));

        assertEquals(REQUEST, publish.topic());
        assertArrayEquals(TEXT, agreed(RESPONDERS).decrypt(publish.payload()));
    }

    @Test
    void finishesWithTheAnswersBytesAsTheyAre() throws Exception {
        byte[] notUtf8 = {(byte) 0xFF, 0, '\n'};
        awaitAnswer();

        Effect.Finish finish =
                only(Effect.Finish.class, receive(RESPONSE, agreed(RESPONDERS).encrypt(notUtf8)));

        assertArrayEquals(notUtf8, finish.answer());
    }

    @Test
    void aVerboseRunTellsEveryStepWithBothFingerprints() throws Exception {
        StringBuilder notes = new StringBuilder();
        tell(notes, exchange.on(CONNECTED));
        tell(notes, exchange.on(new Event.Subscribed(List.of(1, 1))));
        tell(notes, receive(KEY_RESPONSE, pem(RESPONDERS)));
        tell(notes, receive(RESPONSE, agreed(RESPONDERS).encrypt(TEXT)));

        assertEquals(
                """
                connected to broker:1884
                subscribed to le0nh4rt/key-exchange/response and le0nh4rt/reverse/response, granted QoS 1
                key sent, fingerprint %s
                key received, fingerprint %s
                request sent
                answer received
                """.formatted(
                        OWN.publicKey().fingerprint(), RESPONDERS.publicKey().fingerprint()),
                notes.toString());
    }

    @Test
    void aRefusedSubscriptionEndsTheRunAndIsNamed() {
        exchange.on(CONNECTED);

        Failure failure = failure(exchange.on(new Event.Subscribed(List.of(1, 128))));

        assertEquals(ExitCode.BROKER_REFUSED, failure.exitCode());
        assertTrue(failure.problem().contains(RESPONSE), failure.problem());
    }

    @Test
    void aSubscriptionWithoutQos1EndsTheRun() {
        exchange.on(CONNECTED);

        assertEquals(
                ExitCode.BROKER_REFUSED,
                failure(exchange.on(new Event.Subscribed(List.of(0, 1)))).exitCode());
    }

    /** Every event at every step: what is done about it, notes and alarms left out; - is nothing. */
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
    void everyEventAtEveryStepIsAccountedFor(List<String> row) throws Exception {
        Exchange.Step step = Exchange.Step.valueOf(row.get(0));
        for (int i = 1; i < row.size(); i++) {
            String name = table().get(0).get(i);
            List<Effect> effects = withoutNotes(at(step).on(event(name)));
            String done = effects.isEmpty() ? "-" : effects.get(0).getClass().getSimpleName();

            assertEquals(row.get(i), done, name);
        }
    }

    private static Event event(String name) throws Exception {
        return switch (name) {
            case "Connected" -> CONNECTED;
            case "Subscribed" -> new Event.Subscribed(List.of(1, 1));
            case "key" -> new Event.Received(KEY_RESPONSE, pem(RESPONDERS), false);
            case "token" -> new Event.Received(RESPONSE, agreed(RESPONDERS).encrypt(TEXT), false);
            case "Acknowledged" -> new Event.Acknowledged();
            case "ConnectFailed" -> new Event.ConnectFailed(LOST);
            case "ConnectionLost" -> new Event.ConnectionLost(LOST);
            case "Alarm" -> new Event.Alarm();
            case "Interrupted" -> new Event.Interrupted();
            case "DeadlinePassed" -> new Event.DeadlinePassed(60);
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** An exchange that has come to this step. */
    private static Exchange at(Exchange.Step step) throws Exception {
        List<String> way =
                switch (step) {
                    case CONNECTING -> List.of();
                    case RECONNECTING -> List.of("Connected", "ConnectionLost");
                    case SUBSCRIBING -> List.of("Connected");
                    case AWAITING_KEY -> List.of("Connected", "Subscribed");
                    case AWAITING_ANSWER -> List.of("Connected", "Subscribed", "key");
                    case ENDED -> List.of("Connected", "Subscribed", "key", "token");
                };
        Exchange exchange = exchange(Set.of(), () -> OWN);
        for (String event : way) {
            exchange.on(event(event));
        }
        return exchange;
    }

    @Test
    void itBeginsByConnectingAtOnce() {
        assertEquals(List.of(new Effect.Connect(Duration.ZERO)), exchange.begin());
    }

    @Test
    void aFirstAttemptToConnectThatFailsEndsTheRun() {
        assertEquals(LOST, failure(exchange.on(new Event.ConnectFailed(LOST))));
    }

    @Test
    void aConnectionThatBreaksBeforeItWasAcceptedEndsTheRun() {
        assertEquals(LOST, failure(exchange.on(new Event.ConnectionLost(LOST))));
    }

    /** The steps at which a connection can be lost. */
    enum Reached {
        CONNECTED,
        SUBSCRIBED,
        KEY_RECEIVED
    }

    @ParameterizedTest
    @EnumSource
    void aLostConnectionIsMadeAgainAndTheExchangeBegunAgainWithAFreshKey(Reached reached) throws Exception {
        Iterator<DhKeyPair> keyPairs = List.of(OWN, STRANGERS).iterator();
        Exchange again = exchange(Set.of(), keyPairs::next);
        again.on(CONNECTED);
        if (reached == Reached.CONNECTED) {
            keyPairs.next();
        } else {
            again.on(new Event.Subscribed(List.of(1, 1)));
        }
        if (reached == Reached.KEY_RECEIVED) {
            again.on(new Event.Received(KEY_RESPONSE, pem(RESPONDERS), false));
        }

        Duration delay = only(Effect.Connect.class, again.on(new Event.ConnectionLost(LOST)))
                .delay();

        assertTrue(delay.toMillis() > 0 && delay.toMillis() <= 200, delay.toString());
        assertEquals(List.of(new Effect.Subscribe(List.of(KEY_RESPONSE, RESPONSE))), withoutNotes(again.on(CONNECTED)));
        Effect.Publish key = only(Effect.Publish.class, again.on(new Event.Subscribed(List.of(1, 1))));
        assertEquals(STRANGERS.publicKey(), DhPublicKey.parse(DhGroup.lab(), key.payload()));
        Effect.Publish request =
                only(Effect.Publish.class, again.on(new Event.Received(KEY_RESPONSE, pem(RESPONDERS), false)));
        Fernet fernet = new Fernet(RESPONDERS.agree(STRANGERS.publicKey()), InstantSource.system(), RANDOM);
        assertArrayEquals(TEXT, fernet.decrypt(request.payload()));
        only(Effect.Finish.class, again.on(new Event.Received(RESPONSE, fernet.encrypt(TEXT), false)));
    }

    @Test
    void aLateAnswerToAKeyFromBeforeALossDoesNotSpoilTheExchange() throws Exception {
        awaitKey();
        exchange.on(new Event.ConnectionLost(LOST));
        awaitKey();

        only(Effect.Publish.class, receive(KEY_RESPONSE, pem(STRANGERS)));
        only(Effect.Warn.class, receive(KEY_RESPONSE, pem(RESPONDERS)));
        Effect.Publish request = only(Effect.Publish.class, exchange.on(new Event.Alarm()));

        assertArrayEquals(TEXT, agreed(RESPONDERS).decrypt(request.payload()));
        assertEquals(List.of(), withoutNotes(receive(RESPONSE, request.payload())), "our own request");
        Effect.Finish finish =
                only(Effect.Finish.class, receive(RESPONSE, agreed(RESPONDERS).encrypt(TEXT)));
        assertArrayEquals(TEXT, finish.answer());
    }

    /** Whoever can cause a loss could otherwise read the text, by a key that comes after the responder's. */
    @Test
    void afterALossASecondKeyIsAWarningAndNotSentTheRequestWhileTheFirstMayAnswer() throws Exception {
        awaitKey();
        exchange.on(new Event.ConnectionLost(LOST));
        awaitKey();
        only(Effect.Publish.class, receive(KEY_RESPONSE, pem(RESPONDERS)));

        List<Effect> effects = receive(KEY_RESPONSE, pem(STRANGERS));

        only(Effect.Warn.class, effects);
        assertEquals(Duration.ofSeconds(5), alarm(effects).delay());
        only(Effect.Finish.class, receive(RESPONSE, agreed(RESPONDERS).encrypt(TEXT)));
    }

    @Test
    void withoutALossASecondKeyIsNeverSentTheRequest() {
        awaitAnswer();
        only(Effect.Warn.class, receive(KEY_RESPONSE, pem(STRANGERS)));

        only(Effect.Publish.class, exchange.on(new Event.Alarm()), KEY_REQUEST);
        assertEquals(List.of(), withoutNotes(receive(KEY_RESPONSE, pem(STRANGERS))));
    }

    @Test
    void keysAreSetAsideInNoLargeNumber() {
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
    void connectingAgainToABrokerThatFallsSilentIsGivenUpAndBegunAnew(Reached reached) {
        awaitKey();
        Effect.SetAlarm alarm = alarm(exchange.on(new Event.ConnectionLost(LOST)));
        if (reached == Reached.SUBSCRIBED) {
            exchange.on(CONNECTED);
        }

        List<Effect> effects = exchange.on(new Event.Alarm());

        assertTrue(alarm.delay().toSeconds() == 12, alarm.toString());
        only(Effect.Connect.class, effects);
        assertLate(ExitCode.BROKER_UNREACHABLE, "connecting to the broker again");
    }

    /** The responder may need longer than we do to find the broker again. */
    @Test
    void afterALossTheKeyIsSentAgainEverLessOften() {
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

    /** The first key after a loss may answer the one that was sent before it, and ours be lost. */
    @Test
    void afterALossTheKeyIsSentAgainTwiceWhileThereIsNoAnswerToTheRequestEither() throws Exception {
        awaitKey();
        exchange.on(new Event.ConnectionLost(LOST));
        awaitKey();
        receive(KEY_RESPONSE, pem(STRANGERS));

        only(Effect.Publish.class, exchange.on(new Event.Alarm()), KEY_REQUEST);
        only(Effect.Publish.class, exchange.on(new Event.Alarm()), KEY_REQUEST);
        assertEquals(List.of(), exchange.on(new Event.Alarm()), "a slow responder may be at work on the request");
    }

    @Test
    void withoutALossTheKeyIsSentOnce() {
        exchange.on(CONNECTED);

        List<Effect> effects = exchange.on(new Event.Subscribed(List.of(1, 1)));

        assertTrue(effects.stream().noneMatch(Effect.SetAlarm.class::isInstance), effects.toString());
    }

    @Test
    void aBrokerThatIsAwayForAWhileIsTriedAgainEverLessOften() {
        awaitKey();
        exchange.on(new Event.ConnectionLost(LOST));
        for (int i = 0; i < 20; i++) {
            Duration delay = only(Effect.Connect.class, exchange.on(new Event.ConnectFailed(LOST)))
                    .delay();
            assertTrue(delay.toMillis() <= 200L << 4, delay.toString());
        }
        assertLate(
                ExitCode.BROKER_UNREACHABLE,
                "connecting to the broker again; connecting failed or the connection was lost 21 times, at last: lost");
    }

    /** Who is thrown out over and over must not be told that there is no responder. */
    @Test
    void theDeadlineTellsOfTheLossesAtEveryStep() {
        awaitKey();
        exchange.on(new Event.ConnectionLost(LOST));
        awaitKey();

        Failure failure = failure(exchange.on(new Event.DeadlinePassed(7)));

        assertEquals("no answer within 7 s: still waiting for a responder's public key; lost", failure.problem());
        assertEquals(LOST.hint(), failure.hint());
    }

    @Test
    void aBrokerThatRefusesWhenAskedAgainEndsTheRun() {
        Failure refusal = new Failure(ExitCode.BROKER_REFUSED, "refused", "ask");
        awaitKey();
        exchange.on(new Event.ConnectionLost(LOST));

        assertEquals(refusal, failure(exchange.on(new Event.ConnectFailed(refusal))));
    }

    @Test
    void onlyAPinnedKeyIsSentTheRequest() {
        Exchange pinned = pinnedToTheResponder();

        Event.Received strangersKey = new Event.Received(KEY_RESPONSE, pem(STRANGERS), false);
        assertEquals(List.of(Effect.Warn.class), types(pinned.on(strangersKey)));
        assertEquals(List.of(), pinned.on(strangersKey), "of many the first is told");
        only(Effect.Publish.class, pinned.on(new Event.Received(KEY_RESPONSE, pem(RESPONDERS), false)));
    }

    @Test
    void onlyKeysThatAreNotPinnedMakeTheRunNotAuthentic() {
        Exchange pinned = pinnedToTheResponder();
        pinned.on(new Event.Received(KEY_RESPONSE, pem(STRANGERS), false));

        Failure failure = failure(pinned.on(new Event.DeadlinePassed(60)));

        assertEquals(ExitCode.NOT_AUTHENTIC, failure.exitCode());
    }

    private static Exchange pinnedToTheResponder() {
        Exchange pinned = exchange(Set.of(RESPONDERS.publicKey().fingerprint()), () -> OWN);
        pinned.on(CONNECTED);
        pinned.on(new Event.Subscribed(List.of(1, 1)));
        pinned.on(new Event.Acknowledged());
        return pinned;
    }

    @Test
    void anAnswerAsLongAsAllowedIsTaken() throws Exception {
        awaitAnswer();

        only(Effect.Finish.class, receive(RESPONSE, agreed(RESPONDERS).encrypt(new byte[MAX_ANSWER_LENGTH])));
    }

    @Test
    void aLongerAnswerThanAllowedIsAFailure() throws Exception {
        awaitAnswer();

        Failure failure = failure(receive(RESPONSE, agreed(RESPONDERS).encrypt(new byte[MAX_ANSWER_LENGTH + 1])));

        assertEquals(ExitCode.ANSWER_TOO_LONG, failure.exitCode());
    }

    /** To decode it could take more memory than there is. */
    @Test
    void aTokenFarLongerThanAnAnswerMayBeIsPassedOver() throws Exception {
        awaitAnswer();

        assertEquals(
                List.of(),
                withoutNotes(receive(RESPONSE, agreed(RESPONDERS).encrypt(new byte[3 * MAX_ANSWER_LENGTH + 1024]))));

        only(Effect.Finish.class, receive(RESPONSE, agreed(RESPONDERS).encrypt(TEXT)));
    }

    @Test
    void ofAFloodTheFirstIsToldAndTheNumberAtTheEnd() {
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
    void nothingHappensAfterTheEnd() {
        exchange.on(new Event.DeadlinePassed(60));

        assertEquals(List.of(), exchange.on(CONNECTED));
    }

    @Test
    void theDeadlineSaysWhatTheRunWasWaitingFor() {
        assertLate(ExitCode.BROKER_UNREACHABLE, "connecting");
    }

    @Test
    void theDeadlineWhileSubscribing() {
        exchange.on(CONNECTED);
        assertLate(ExitCode.BROKER_UNREACHABLE, "subscribing");
    }

    @Test
    void theDeadlineWithoutAKey() {
        awaitKey();
        assertLate(ExitCode.NO_ANSWER, "waiting for a responder's public key");
    }

    @Test
    void theDeadlineWithoutAnAnswer() {
        awaitAnswer();
        assertLate(ExitCode.NO_ANSWER, "waiting for the answer");
    }

    @Test
    void theDeadlineWithABrokerThatDoesNotAcknowledge() {
        exchange.on(CONNECTED);
        exchange.on(new Event.Subscribed(List.of(1, 1)));
        assertLate(
                ExitCode.BROKER_UNREACHABLE,
                "waiting for a responder's public key; the broker has not acknowledged our message");
    }

    @Test
    void anAnswerUnderAKeyOfBeforeALossDoesNotMakeTheRunNotAuthentic() throws Exception {
        awaitAnswer();
        receive(RESPONSE, agreed(STRANGERS).encrypt(TEXT));
        exchange.on(new Event.ConnectionLost(LOST));
        awaitAnswer();
        assertLate(ExitCode.NO_ANSWER, "waiting for the answer");
    }

    @Test
    void tokensOfStrangersUntilTheDeadlineMakeTheRunNotAuthentic() throws Exception {
        awaitAnswer();
        receive(RESPONSE, agreed(STRANGERS).encrypt(TEXT));
        receive(RESPONSE, agreed(STRANGERS).encrypt(TEXT));

        Failure failure = failure(exchange.on(new Event.DeadlinePassed(60)));

        assertEquals(ExitCode.NOT_AUTHENTIC, failure.exitCode());
        assertTrue(failure.problem().contains("not made with the agreed key, or was changed since (2 times)"));
    }

    /** What anybody may publish on the response topics without any effect. */
    enum Junk {
        EMPTY_KEY(KEY_RESPONSE),
        EMPTY_TOKEN(RESPONSE),
        RETAINED_KEY(KEY_RESPONSE),
        RETAINED_TOKEN(RESPONSE),
        OUR_OWN_KEY(KEY_RESPONSE),
        OUR_OWN_REQUEST(RESPONSE),
        OUR_OWN_REQUEST_WITH_A_NEWLINE(RESPONSE),
        A_TOKEN_OF_A_STRANGER(RESPONSE),
        THE_SAME_KEY_AGAIN(KEY_RESPONSE),
        A_MESSAGE_ON_ANOTHER_TOPIC("le0nh4rt/shuffle/response");

        final String topic;

        Junk(String topic) {
            this.topic = topic;
        }
    }

    @ParameterizedTest
    @EnumSource
    void junkWhileWaitingForTheAnswerChangesNothing(Junk junk) throws Exception {
        awaitKey();
        byte[] request = only(Effect.Publish.class, receive(KEY_RESPONSE, pem(RESPONDERS)))
                .payload();

        assertEquals(List.of(), withoutNotes(exchange.on(junkMessage(junk, request))));

        only(Effect.Finish.class, receive(RESPONSE, agreed(RESPONDERS).encrypt(TEXT)));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "THE_SAME_KEY_AGAIN")
    void junkWhileWaitingForTheKeyChangesNothing(Junk junk) throws Exception {
        awaitKey();

        assertEquals(
                List.of(),
                withoutNotes(exchange.on(junkMessage(junk, agreed(RESPONDERS).encrypt(TEXT)))));

        only(Effect.Publish.class, receive(KEY_RESPONSE, pem(RESPONDERS)));
    }

    @Test
    void aKeyBeforeOursWasSentIsNotTaken() {
        exchange.on(CONNECTED);

        assertEquals(List.of(), withoutNotes(receive(KEY_RESPONSE, pem(STRANGERS))));
    }

    @Test
    void aSecondKeyIsAWarning() {
        awaitAnswer();

        Effect.Warn warning = only(Effect.Warn.class, receive(KEY_RESPONSE, pem(STRANGERS)));

        assertTrue(warning.text().contains(STRANGERS.publicKey().fingerprint()), warning.text());
        assertEquals(List.of(), receive(KEY_RESPONSE, pem(STRANGERS)), "once is enough");
    }

    private static Event.Received junkMessage(Junk junk, byte[] request) throws Exception {
        byte[] payload =
                switch (junk) {
                    case EMPTY_KEY, EMPTY_TOKEN -> new byte[0];
                    case RETAINED_KEY -> pem(STRANGERS);
                    case RETAINED_TOKEN -> agreed(RESPONDERS).encrypt(TEXT);
                    case OUR_OWN_KEY -> pem(OWN);
                    case OUR_OWN_REQUEST -> request;
                    case OUR_OWN_REQUEST_WITH_A_NEWLINE ->
                        (new String(request, StandardCharsets.US_ASCII) + "\n").getBytes(StandardCharsets.US_ASCII);
                    case A_TOKEN_OF_A_STRANGER -> agreed(STRANGERS).encrypt(TEXT);
                    case THE_SAME_KEY_AGAIN -> pem(RESPONDERS);
                    case A_MESSAGE_ON_ANOTHER_TOPIC -> agreed(RESPONDERS).encrypt(TEXT);
                };
        boolean retained = junk == Junk.RETAINED_KEY || junk == Junk.RETAINED_TOKEN;
        return new Event.Received(junk.topic, payload, retained);
    }

    private void awaitKey() {
        exchange.on(CONNECTED);
        exchange.on(new Event.Subscribed(List.of(1, 1)));
        exchange.on(new Event.Acknowledged());
    }

    private void awaitAnswer() {
        awaitKey();
        receive(KEY_RESPONSE, pem(RESPONDERS));
        exchange.on(new Event.Acknowledged());
    }

    private List<Effect> receive(String topic, byte[] payload) {
        return exchange.on(new Event.Received(topic, payload, false));
    }

    private static List<Class<?>> types(List<Effect> effects) {
        return effects.stream().<Class<?>>map(Effect::getClass).toList();
    }

    private void assertLate(ExitCode exitCode, String activity) {
        Failure failure = failure(exchange.on(new Event.DeadlinePassed(7)));
        assertEquals(exitCode, failure.exitCode());
        assertTrue(failure.problem().startsWith("no answer within 7 s: still " + activity), failure.problem());
    }

    private static byte[] pem(DhKeyPair keyPair) {
        return keyPair.publicKey().toPem();
    }

    /** What the owner of {@code theirs} encrypts and decrypts with, having got our key. */
    private static Fernet agreed(DhKeyPair theirs) throws Exception {
        return new Fernet(theirs.agree(OWN.publicKey()), InstantSource.system(), RANDOM);
    }

    private static void tell(StringBuilder notes, List<Effect> effects) {
        for (Effect effect : effects) {
            if (effect instanceof Effect.Note note) {
                notes.append(note.text()).append('\n');
            }
        }
    }

    /** What others get to see. */
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
