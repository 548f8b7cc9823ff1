package securemqtt.responder.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import securemqtt.protocol.Action;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.ExchangeSteps;
import securemqtt.protocol.Fernet;
import securemqtt.protocol.NetId;
import securemqtt.protocol.Refusal;
import securemqtt.protocol.RefusedException;
import securemqtt.protocol.SessionKey;
import securemqtt.protocol.Topics;

class ResponderTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final NetId NET_ID = new NetId("le0nh4rt");
    private static final DhKeyPair CLIENT = DhKeyPair.generate(DhGroup.lab(), RANDOM);
    private static final DhKeyPair OTHER_CLIENT = DhKeyPair.generate(DhGroup.lab(), RANDOM);

    private static final DhKeyPair OURS = DhKeyPair.generate(DhGroup.lab(), RANDOM);

    private final Responder responder = responder(() -> DhKeyPair.generate(DhGroup.lab(), RANDOM));

    private final List<String> shown = new ArrayList<>();
    private final Responder showing = new Responder(
            new MemorySessions(10, Duration.ofMinutes(10)),
            clientKey -> DhKeyPair.generate(DhGroup.lab(), RANDOM),
            InstantSource.system(),
            RANDOM,
            false,
            Optional.of((netId, lines) -> shown.addAll(lines)));

    private static Responder responder(Supplier<DhKeyPair> keyPairs) {
        return new Responder(
                new MemorySessions(10, Duration.ofMinutes(10)),
                clientKey -> keyPairs.get(),
                InstantSource.system(),
                RANDOM,
                false);
    }

    @Test
    void answersAKeyWithAKeyOnTheResponseTopic() throws Exception {
        Answer reply = exchangeKeys(NET_ID, CLIENT);

        assertEquals("le0nh4rt/key-exchange/response", reply.topic());
        assertNotEquals(CLIENT.publicKey(), DhPublicKey.parse(DhGroup.lab(), reply.payload()));
    }

    @ParameterizedTest
    @EnumSource
    void answersARequestUnderTheAgreedKeyOnTheActionsResponseTopic(Action action) throws Exception {
        Fernet fernet = agree(NET_ID, CLIENT);

        Answer reply = ask(NET_ID, action, fernet.encrypt(bytes("aAaA")));

        assertEquals("le0nh4rt/" + action.wireName() + "/response", reply.topic());
        assertEquals(4, fernet.decrypt(reply.payload()).length);
    }

    @Test
    void anEmptyTextIsAText() throws Exception {
        Fernet fernet = agree(NET_ID, CLIENT);

        assertArrayEquals(
                new byte[0],
                fernet.decrypt(ask(NET_ID, Action.UPPERCASE, fernet.encrypt(new byte[0]))
                        .payload()));
    }

    @Test
    void aKeyCountsAsSentFromItsArrivalOn() throws Exception {
        assertFalse(responder.mayHaveSentKey(NET_ID));

        responder.arrived(new Topics.KeyExchange(NET_ID), bytes("no key"));

        assertTrue(responder.mayHaveSentKey(NET_ID));
    }

    @Test
    void refusesATokenUnderASecondAction() throws Exception {
        Fernet fernet = agree(NET_ID, CLIENT);
        byte[] token = fernet.encrypt(bytes("Pay Bob"));
        responder.arrived(new Topics.Transform(NET_ID, Action.UPPERCASE), token);
        ask(NET_ID, Action.UPPERCASE, token);

        ExecutionException refused = assertThrows(ExecutionException.class, () -> responder
                .arrived(new Topics.Transform(NET_ID, Action.LOWERCASE), token)
                .toCompletableFuture()
                .get());
        assertEquals(Refusal.TOKEN_OTHER_ACTION, ((RefusedException) refused.getCause()).refusal());
    }

    @Test
    void refusesEarlierTokensAfterTheConnectionIsLost() throws Exception {
        Fernet fernet = agree(NET_ID, CLIENT);

        responder.connectionLost();

        RefusedException refused = assertThrows(
                RefusedException.class, () -> ask(NET_ID, Action.LOWERCASE, fernet.encrypt(bytes("missed"))));
        assertEquals(Refusal.NO_SESSION, refused.refusal());
    }

    @Test
    void refusesAnAnswerThatIsTooLongForBrokers() throws Exception {
        Fernet fernet = agree(NET_ID, CLIENT);
        String longest = "\u0390".repeat(Responder.MAX_ANSWER_BYTES / 6);
        assertEquals(
                3_998_756,
                ask(NET_ID, Action.UPPERCASE, fernet.encrypt(bytes(longest + "ab")))
                        .payload()
                        .length);

        RefusedException refused = assertThrows(
                RefusedException.class, () -> ask(NET_ID, Action.UPPERCASE, fernet.encrypt(bytes(longest + "abc"))));
        assertEquals(Refusal.ANSWER_TOO_LONG, refused.refusal());
    }

    @Test
    void theSameKeyTwiceGetsTheSameAnswerAndKeepsTheSession() throws Exception {
        Fernet fernet = agree(NET_ID, CLIENT);

        assertArrayEquals(
                exchangeKeys(NET_ID, CLIENT).payload(),
                exchangeKeys(NET_ID, CLIENT).payload());
        ask(NET_ID, Action.REVERSE, fernet.encrypt(bytes("still here")));
    }

    @Test
    void anotherKeyGetsANewKeyPair() throws Exception {
        assertNotEquals(
                DhPublicKey.parse(DhGroup.lab(), exchangeKeys(NET_ID, CLIENT).payload()),
                DhPublicKey.parse(
                        DhGroup.lab(), exchangeKeys(NET_ID, OTHER_CLIENT).payload()));
    }

    @Test
    void theSameKeyOfAnotherNetIdGetsANewKeyPair() throws Exception {
        assertNotEquals(
                DhPublicKey.parse(DhGroup.lab(), exchangeKeys(NET_ID, CLIENT).payload()),
                DhPublicKey.parse(
                        DhGroup.lab(), exchangeKeys(new NetId("other"), CLIENT).payload()));
    }

    @Test
    void answersTwoClientsOfOneNetId() throws Exception {
        Fernet first = agree(NET_ID, CLIENT);
        Fernet second = agree(NET_ID, OTHER_CLIENT);

        for (Fernet one : List.of(first, second, first)) {
            assertArrayEquals(
                    bytes("X"),
                    one.decrypt(ask(NET_ID, Action.UPPERCASE, one.encrypt(bytes("x")))
                            .payload()));
        }
    }

    @Test
    void answersEveryKeyButItselfWithTheLastingKey() throws Exception {
        DhKeyPair identity = DhKeyPair.generate(DhGroup.lab(), RANDOM);
        Responder lasting = responder(() -> identity);

        for (DhKeyPair client : List.of(CLIENT, OTHER_CLIENT)) {
            Answer reply = lasting.answer(
                    new Topics.KeyExchange(NET_ID), client.publicKey().toPem());
            assertArrayEquals(identity.publicKey().toPem(), reply.payload());
        }
        assertRefused(
                Refusal.KEY_OURS,
                () -> lasting.answer(
                        new Topics.KeyExchange(NET_ID), identity.publicKey().toPem()));
    }

    @Test
    void refusesOurOwnKeyAndKeepsTheSession() throws Exception {
        Fernet fernet = agree(NET_ID, CLIENT);
        byte[] ours = exchangeKeys(NET_ID, CLIENT).payload();

        assertRefused(Refusal.KEY_OURS, () -> responder.answer(new Topics.KeyExchange(NET_ID), ours));
        ask(NET_ID, Action.REVERSE, fernet.encrypt(bytes("still here")));
    }

    @Test
    void eachNetIdHasASessionOfItsOwn() throws Exception {
        NetId other = new NetId("other");
        Fernet first = agree(NET_ID, CLIENT);
        Fernet second = agree(other, OTHER_CLIENT);

        assertRefused(Refusal.TOKEN_NOT_AUTHENTIC, () -> ask(other, Action.REVERSE, first.encrypt(bytes("x"))));
        ask(NET_ID, Action.REVERSE, first.encrypt(bytes("x")));
        ask(other, Action.REVERSE, second.encrypt(bytes("x")));
    }

    @Test
    void refusesARequestWithoutAKeyExchange() {
        assertRefused(Refusal.NO_SESSION, () -> ask(NET_ID, Action.REVERSE, bytes("x")));
    }

    @Test
    void refusesAnInvalidKeyAndKeepsTheSession() throws Exception {
        Fernet fernet = agree(NET_ID, CLIENT);

        assertRefused(Refusal.KEY_NOT_PEM, () -> responder.answer(new Topics.KeyExchange(NET_ID), bytes("not a key")));

        ask(NET_ID, Action.REVERSE, fernet.encrypt(bytes("still here")));
    }

    @Test
    void aTextThatIsNotUtf8IsRefused() throws Exception {
        Fernet fernet = agree(NET_ID, CLIENT);
        byte[] token = fernet.encrypt(new byte[] {(byte) 0xC3});

        assertRefused(Refusal.TEXT_NOT_UTF8, () -> ask(NET_ID, Action.REVERSE, token));
    }

    @Test
    void reportsATokenAsNotAuthenticEvenIfAnotherSessionWasClosed() throws Exception {
        Sessions sessions = new Sessions(10, Duration.ofMinutes(10));
        Session older = open(CLIENT.publicKey());
        sessions.put(NET_ID, older);
        sessions.put(NET_ID, open(OTHER_CLIENT.publicKey()));
        Responder both =
                new Responder(new MemorySessions(sessions), clientKey -> OURS, InstantSource.system(), RANDOM, false);
        byte[] forged = new Fernet(
                        DhKeyPair.generate(DhGroup.lab(), RANDOM).agree(CLIENT.publicKey()),
                        InstantSource.system(),
                        RANDOM)
                .encrypt(bytes("x"));

        older.close();

        assertRefused(
                Refusal.TOKEN_NOT_AUTHENTIC, () -> both.answer(new Topics.Transform(NET_ID, Action.REVERSE), forged));
    }

    @Test
    void stepsContainNoText() throws Exception {
        Fernet fernet = agree(NET_ID, CLIENT);

        assertFalse(ask(NET_ID, Action.UPPERCASE, fernet.encrypt(bytes("secret")))
                .step()
                .toLowerCase(Locale.ROOT)
                .contains("secret"));
    }

    @Test
    void showsTheStepsThatTheClientShows() throws Exception {
        DhPublicKey ours =
                DhPublicKey.parse(DhGroup.lab(), exchangeKeys(showing, CLIENT).payload());
        SessionKey key = CLIENT.agree(ours);
        byte[] request = new Fernet(key, InstantSource.system(), RANDOM).encrypt(bytes("x"));
        byte[] response = showing.answer(new Topics.Transform(NET_ID, Action.REVERSE), request)
                .payload();

        List<String> expected = new ArrayList<>(ExchangeSteps.ofClient(CLIENT, ours));
        expected.addAll(ExchangeSteps.ofRequest(key, request));
        expected.addAll(ExchangeSteps.ofResponse(key, response));
        assertTrue(shown.get(0).startsWith("private: the responder's private value: 48 bytes, "), shown.get(0));
        assertEquals(expected.subList(1, expected.size()), shown.subList(1, shown.size()));
    }

    @Test
    void aKeyThatArrivesTwiceIsShownOnce() throws Exception {
        exchangeKeys(showing, CLIENT);
        int lines = shown.size();

        exchangeKeys(showing, CLIENT);

        assertEquals(lines, shown.size());
    }

    @Test
    void theStepsOfARefusedTokenAreShownUnderTheNewestSession() throws Exception {
        exchangeKeys(showing, CLIENT);
        SessionKey newest = OTHER_CLIENT.agree(DhPublicKey.parse(
                DhGroup.lab(), exchangeKeys(showing, OTHER_CLIENT).payload()));
        byte[] foreign =
                new Fernet(CLIENT.agree(OTHER_CLIENT.publicKey()), InstantSource.system(), RANDOM).encrypt(bytes("x"));
        for (byte[] refused : List.of(foreign, bytes("no token"))) {
            shown.clear();

            assertThrows(
                    RefusedException.class,
                    () -> showing.answer(new Topics.Transform(NET_ID, Action.REVERSE), refused));

            assertEquals(ExchangeSteps.ofRequest(newest, refused), shown);
        }
    }

    @Test
    void withoutASessionThereIsNothingToShow() {
        assertRefused(
                Refusal.NO_SESSION,
                () -> showing.answer(new Topics.Transform(NET_ID, Action.REVERSE), bytes("no token")));

        assertEquals(List.of(), shown);
    }

    private static Answer exchangeKeys(Responder responder, DhKeyPair client) throws RefusedException {
        return responder.answer(
                new Topics.KeyExchange(NET_ID), client.publicKey().toPem());
    }

    private static Session open(DhPublicKey client) throws RefusedException {
        return Session.open(client, OURS, InstantSource.system(), RANDOM, false);
    }

    private Answer exchangeKeys(NetId netId, DhKeyPair client) throws RefusedException {
        return responder.answer(
                new Topics.KeyExchange(netId), client.publicKey().toPem());
    }

    private Fernet agree(NetId netId, DhKeyPair client) throws RefusedException {
        DhPublicKey key =
                DhPublicKey.parse(DhGroup.lab(), exchangeKeys(netId, client).payload());
        return new Fernet(client.agree(key), InstantSource.system(), RANDOM);
    }

    private Answer ask(NetId netId, Action action, byte[] token) throws RefusedException {
        return responder.answer(new Topics.Transform(netId, action), token);
    }

    private interface Attempt {
        void run() throws RefusedException;
    }

    private static void assertRefused(Refusal reason, Attempt attempt) {
        assertEquals(reason, assertThrows(RefusedException.class, attempt::run).refusal());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
