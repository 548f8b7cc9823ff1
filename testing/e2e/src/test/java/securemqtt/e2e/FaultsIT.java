package securemqtt.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import securemqtt.e2e.FaultTable.Row;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.Fernet;

/** The client when something goes wrong around it: the rows of the table in docs/client.md. */
@ExtendWith(FaultTable.class)
class FaultsIT {
    /** The whole of a run that is to end without an answer. */
    private static final int SECONDS = 12;

    private static final String NETID = "le0nh4rt";
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final byte[] ANSWER = "X".getBytes(StandardCharsets.UTF_8);

    private static final String LAUNCHER =
            Program.HOME.resolve("secure_mqtt_client").toString();

    private Mosquitto mosquitto;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        // Or it would drop some of a flood.
        mosquitto = Mosquitto.start(folder, "allow_anonymous true", "max_queued_messages 0");
    }

    @AfterEach
    void stop() {
        mosquitto.close();
    }

    @Test
    void everyRowOfTheTableHasATestThatIsNamedAfterIt() {
        List<String> tests = Stream.of(FaultsIT.class, TlsIT.class, ExchangeContract.class)
                .flatMap(suite -> Arrays.stream(suite.getDeclaredMethods()))
                .filter(method -> !Modifier.isPrivate(method.getModifiers()))
                .filter(method -> Arrays.asList(method.getParameterTypes()).contains(Row.class))
                .map(Method::getName)
                .toList();

        assertEquals(new TreeSet<>(FaultTable.rows().stream().map(Row::testName).toList()), new TreeSet<>(tests));
    }

    @Test
    void nothingListensAtThePort(Row row) throws IOException {
        int port = Mosquitto.freePort();

        row.expect(client(port), port, SECONDS);
    }

    @Test
    void theHostIsUnknown(Row row) {
        row.expect(Program.client("-h", "nowhere.invalid", NETID, "uppercase", "x"), 0, SECONDS);
    }

    @Test
    void aFirewallDropsThePackets(Row row) throws Exception {
        try (ScriptedServer server = new ScriptedServer()) {
            server.dropNewcomers();

            row.expect(client(server.port(), "-h", "127.0.0.1"), server.port(), SECONDS);
        }
    }

    @Test
    void aServerAcceptsAndSaysNothing(Row row) throws Exception {
        try (ScriptedServer server = new ScriptedServer()) {
            row.expect(hastyClient(server.port()), server.port(), SECONDS);
        }
    }

    @Test
    void aServerSpeaksHTTP(Row row) throws Exception {
        try (ScriptedServer server = new ScriptedServer();
                Program client = client(server.port())) {
            server.accept();
            server.read();
            server.send("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            row.expect(client, server.port(), SECONDS);
        }
    }

    @Test
    void aServerHangsUpOnTheFirstMessage(Row row) throws Exception {
        try (ScriptedServer server = new ScriptedServer();
                Program client = client(server.port())) {
            server.accept();
            server.read();
            server.hangUp();

            row.expect(client, server.port(), SECONDS);
        }
    }

    @Test
    void theBrokerDoesNotAllowTheClientIn(Row row, @TempDir Path folder) throws Exception {
        try (Mosquitto strict = Mosquitto.start(folder, "allow_anonymous false")) {
            row.expect(client(strict.port()), strict.port(), SECONDS);
        }
    }

    @Test
    void theBrokerWantsAUserNameAndPassword(Row row) throws Exception {
        expectRefusal(row, 4, Map.of());
    }

    @Test
    void theBrokerDoesNotAcceptTheUserNameOrPassword(Row row) throws Exception {
        expectRefusal(row, 4, Map.of("SECURE_MQTT_PASSWORD", "guess"), "--username", "student");
    }

    @Test
    void theBrokerRejectsTheNetID(Row row) throws Exception {
        expectRefusal(row, 2, Map.of());
    }

    @Test
    void theBrokerIsNotAvailable(Row row) throws Exception {
        expectRefusal(row, 3, Map.of());
    }

    private static void expectRefusal(Row row, int returnCode, Map<String, String> environment, String... more)
            throws Exception {
        try (ScriptedServer server = new ScriptedServer();
                Program client = client(environment, server.port(), more)) {
            server.accept();
            server.read();
            server.acknowledgeConnect(returnCode);

            row.expect(client, server.port(), SECONDS);
        }
    }

    @Test
    void theBrokerRefusesTheSubscription(Row row, @TempDir Path folder) throws Exception {
        try (Mosquitto strict = Mosquitto.withoutSubscriptions(folder)) {
            row.expect(client(strict.port()), strict.port(), SECONDS);
        }
    }

    @Test
    void theBrokerGrantsTheSubscriptionWithQoS0Only(Row row, @TempDir Path folder) throws Exception {
        try (Mosquitto weak = Mosquitto.start(folder, "allow_anonymous true", "max_qos 0")) {
            row.expect(client(weak.port()), weak.port(), SECONDS);
        }
    }

    @Test
    void theBrokerDropsWhatTheClientPublishes(Row row, @TempDir Path folder) throws Exception {
        Path rules = Files.writeString(folder.resolve("rules"), "topic read #\n");
        Mosquitto.makeReadable(folder);
        try (Mosquitto strict = Mosquitto.start(folder, "allow_anonymous true", "acl_file " + rules)) {
            row.expect(hastyClient(strict.port()), strict.port(), SECONDS);
        }
    }

    /** What the client has done when its broker dies. */
    enum Reached {
        CONNECTED,
        SUBSCRIBED,
        REQUEST_SENT
    }

    @ParameterizedTest
    @EnumSource
    void theBrokerDiesAndComesBack(Reached reached, Row row, @TempDir Path folder) throws Exception {
        try (DyingBroker broker = reached == Reached.CONNECTED ? dyingOnceConnected() : mosquitto(folder, reached);
                Program client = client(broker.port())) {
            List<DhPublicKey> keysBefore = broker.seeClientAndDie();
            try (Mosquitto back = Mosquitto.start(folder, broker.port(), "allow_anonymous true");
                    FakeResponder responder = new FakeResponder(back.port(), NETID)) {
                DhPublicKey key = responder.awaitKey();
                responder.answer(key);

                row.expect(client, broker.port(), SECONDS);
                keysBefore.forEach(before -> assertNotEquals(before, key, "a fresh key each time"));
            }
        }
    }

    /** A broker that waits for a client to come to some step and is gone then. */
    private interface DyingBroker extends AutoCloseable {
        int port();

        /** The keys that the client has sent so far. */
        List<DhPublicKey> seeClientAndDie() throws Exception;

        @Override
        void close() throws IOException;
    }

    /** Mosquitto would have acknowledged the subscriptions before it could be killed. */
    private static DyingBroker dyingOnceConnected() throws IOException {
        ScriptedServer server = new ScriptedServer();
        return new DyingBroker() {
            @Override
            public int port() {
                return server.port();
            }

            @Override
            public List<DhPublicKey> seeClientAndDie() throws Exception {
                server.accept();
                server.read();
                server.acknowledgeConnect(0);
                server.read();
                server.close();
                return List.of();
            }

            @Override
            public void close() throws IOException {
                server.close();
            }
        };
    }

    private static DyingBroker mosquitto(Path folder, Reached reached) throws Exception {
        Mosquitto mosquitto = Mosquitto.start(folder);
        FakeResponder responder = new FakeResponder(mosquitto.port(), NETID);
        return new DyingBroker() {
            @Override
            public int port() {
                return mosquitto.port();
            }

            @Override
            public List<DhPublicKey> seeClientAndDie() throws Exception {
                DhPublicKey key = responder.awaitKey();
                if (reached == Reached.REQUEST_SENT) {
                    responder.sendKey();
                    responder.awaitRequest();
                }
                mosquitto.program().signal("KILL");
                mosquitto.program().await();
                return List.of(key);
            }

            @Override
            public void close() {
                responder.close();
                mosquitto.close();
            }
        };
    }

    /** The responder is made to find the broker later than the client does. */
    @Test
    void theBrokerDiesAndTheResponderIsLateToFindItAgain(Row row, @TempDir Path folder) throws Exception {
        int port = Mosquitto.freePort();
        try (Mosquitto first = Mosquitto.start(folder, port, "allow_anonymous true");
                Program responder = Program.responder("-p", Integer.toString(port))) {
            responder.awaitStderr("ready: ");
            responder.signal("STOP");
            try (Program client = client(port, "-v")) {
                client.awaitStderr("key sent, ");
                first.program().signal("KILL");
                first.program().await();
                try (Mosquitto back = Mosquitto.start(folder, port, "allow_anonymous true")) {
                    back.program().awaitStderr("New client connected .* as " + NETID);
                    client.awaitStderr("key sent again");
                    responder.signal("CONT");

                    assertEquals("X\n", client.await().expect(row.exitCode()).stdout());
                }
            }
        }
    }

    @Test
    void theBrokerDiesAndStaysAway(Row row, @TempDir Path folder) throws Exception {
        try (Mosquitto dying = Mosquitto.start(folder);
                FakeResponder responder = new FakeResponder(dying.port(), NETID);
                Program client = hastyClient(dying.port())) {
            responder.awaitKey();
            dying.program().signal("KILL");

            row.expect(client, dying.port(), SECONDS);
        }
    }

    @Test
    void theBrokerFreezesOnceItHasTheKey(Row row) throws Exception {
        try (ScriptedServer server = new ScriptedServer();
                Program client = hastyClient(server.port())) {
            server.accept();
            server.read();
            server.acknowledgeConnect(0);
            server.acknowledgeSubscribe(server.read());
            server.read();

            row.expect(client, server.port(), SECONDS);
        }
    }

    /** The responder's answer to the key from before the loss, as it may come while the connection is made again. */
    @Test
    void afterALossALateAnswerToTheFirstKeyComesFirst(Row row) throws Exception {
        try (FakeResponder late = new FakeResponder(mosquitto.port(), NETID);
                FakeResponder responder = new FakeResponder(mosquitto.port(), NETID);
                Program client = client(mosquitto.port())) {
            late.awaitKey();
            responder.awaitKey();
            Observer intruder = Observer.inThePlaceOf(NETID, mosquitto.port());
            late.awaitKey();
            DhPublicKey key = responder.awaitKey();
            late.sendKey();
            late.awaitRequest();
            responder.awaitRequest();
            responder.answer(key);

            row.expect(client, mosquitto.port(), SECONDS);
            intruder.close();
        }
    }

    @Test
    void anotherClientTakesItsPlaceAtTheBroker(Row row) throws Exception {
        try (FakeResponder responder = new FakeResponder(mosquitto.port(), NETID);
                Program client = client(mosquitto.port())) {
            DhPublicKey first = responder.awaitKey();
            Observer intruder = Observer.inThePlaceOf(NETID, mosquitto.port());
            DhPublicKey second = responder.awaitKey();
            responder.answer(second);

            row.expect(client, mosquitto.port(), SECONDS);
            assertNotEquals(first, second);
            intruder.close();
        }
    }

    @Test
    void noResponderIsThere(Row row) {
        row.expect(hastyClient(mosquitto.port()), mosquitto.port(), SECONDS);
    }

    @Test
    void theResponderDiesAfterItsKey(Row row) {
        expectOfPythons(row, () -> hastyClient(mosquitto.port()), "--after-key", "die");
    }

    @Test
    void theResponderForgetsTheSession(Row row) {
        expectOfPythons(row, () -> hastyClient(mosquitto.port()), "--after-key", "forget");
    }

    @Test
    void theResponderTakes25SecondsToAnswer(Row row) {
        expectOfPythons(row, () -> client(mosquitto.port()), "--delay", "25");
    }

    private void expectOfPythons(Row row, Supplier<Program> client, String... fault) {
        try (Program responder = Peers.python("responder", mosquitto.port(), fault)) {
            responder.awaitStdout("^ready$");

            row.expect(client.get(), mosquitto.port(), SECONDS);
        }
    }

    @Test
    void theResponderNeverAnswersTheRequest(Row row) throws Exception {
        try (FakeResponder responder = new FakeResponder(mosquitto.port(), NETID);
                Program client = hastyClient(mosquitto.port())) {
            responder.awaitKey();
            responder.sendKey();

            row.expect(client, mosquitto.port(), SECONDS);
        }
    }

    @Test
    void theAnswerIsNotUTF8(Row row) throws Exception {
        byte[] bytes = {(byte) 0xFF, 0, '\n', (byte) 0xC3};
        try (FakeResponder responder = new FakeResponder(mosquitto.port(), NETID);
                Program client = client(mosquitto.port())) {
            DhPublicKey key = responder.awaitKey();
            responder.sendKey();
            responder.awaitRequest();
            responder.sendAsAnswer(responder.agreedWith(key).encrypt(bytes));

            Program.Result result = client.await().expect(row.exitCode());
            assertArrayEquals(new byte[] {(byte) 0xFF, 0, '\n', (byte) 0xC3, '\n'}, result.stdoutBytes());
            assertEquals(List.of(), result.stderr());
        }
    }

    @Test
    void theAnswerIsTooLong(Row row) throws Exception {
        try (FakeResponder responder = new FakeResponder(mosquitto.port(), NETID);
                Program client = client(mosquitto.port(), "--max-answer", "10")) {
            DhPublicKey key = responder.awaitKey();
            responder.sendKey();
            responder.awaitRequest();
            responder.sendAsAnswer(responder.agreedWith(key).encrypt(new byte[11]));

            row.expect(client, mosquitto.port(), SECONDS);
        }
    }

    /** At every step, and among it what looks like an answer: our own messages, stale ones, those of others. */
    @Test
    void junkComesFasterThanItCanBeRead(Row row) throws Exception {
        byte[] random = new byte[1 << 20];
        new Random(1).nextBytes(random);
        DhKeyPair stranger = DhKeyPair.generate(DhGroup.lab(), RANDOM);
        String keyTopic = NETID + "/key-exchange/response";
        String answerTopic = NETID + "/uppercase/response";
        try (FakeResponder responder = new FakeResponder(mosquitto.port(), NETID);
                Observer attacker = new Observer(mosquitto.port(), "nothing");
                Program client = client(mosquitto.port(), "-v")) {
            DhPublicKey key = responder.awaitKey();
            Fernet fernet = responder.agreedWith(key);
            byte[] answer = fernet.encrypt(ANSWER);
            attacker.burst(keyTopic, new byte[0], 2000);
            attacker.burst(keyTopic, random, 5);
            attacker.burst(keyTopic, Arrays.copyOf(key.toPem(), 700), 1000);
            attacker.burst(keyTopic, key.toPem(), 1000);
            attacker.burst(answerTopic, answer, 1000);
            responder.sendKey();
            byte[] request = responder.awaitRequest();
            attacker.burst(keyTopic, stranger.publicKey().toPem(), 1);
            attacker.burst(answerTopic, new byte[0], 2000);
            attacker.burst(answerTopic, random, 5);
            attacker.burst(answerTopic, request, 1000);
            attacker.burst(answerTopic, Arrays.copyOf(request, 60), 1000);
            attacker.burst(
                    answerTopic, new Fernet(stranger.agree(key), InstantSource.system(), RANDOM).encrypt(ANSWER), 1000);
            responder.sendAsAnswer(fernet.encrypt(ANSWER));
            responder.sendAsAnswer(fernet.encrypt(ANSWER));

            assertEquals("X\n", client.await().expect(row.exitCode()).stdout());
            String times = " \\(\\d+ times?\\)";
            client.awaitStderr("answer received; ignored "
                    + String.join(
                            times + "; ",
                            "a key: there is no PEM block",
                            "a key: the public key is longer than 8192 bytes",
                            "a key: the PEM block has no END line",
                            "a key: the key is our own, sent back",
                            "a token before the request was sent",
                            "a second, different key",
                            "a token: the token does not begin with version 80",
                            "a token: the token is not canonical base64url",
                            "our own request, sent back",
                            "a token: the token has a length that no Fernet token has",
                            "a token: the token was not made with the session key, or was changed")
                    + times);
        }
    }

    @Test
    void onlyTokensUnderAnotherKeyCome(Row row) throws Exception {
        try (FakeResponder responder = new FakeResponder(mosquitto.port(), NETID);
                Program client = hastyClient(mosquitto.port())) {
            responder.awaitKey();
            responder.sendKey();
            responder.awaitRequest();
            DhKeyPair stranger = DhKeyPair.generate(DhGroup.lab(), RANDOM);
            responder.sendAsAnswer(responder.agreedWith(stranger.publicKey()).encrypt(ANSWER));

            row.expect(client, mosquitto.port(), SECONDS);
        }
    }

    @Test
    void aSecondResponderSendsItsKeyToo(Row row) throws Exception {
        try (FakeResponder responder = new FakeResponder(mosquitto.port(), NETID);
                Program client = client(mosquitto.port())) {
            DhPublicKey key = responder.awaitKey();
            responder.sendKey();
            byte[] request = responder.awaitRequest();
            responder.sendAsKey(
                    DhKeyPair.generate(DhGroup.lab(), RANDOM).publicKey().toPem());
            client.awaitStderr("warning");
            Fernet fernet = responder.agreedWith(key);
            assertArrayEquals("x".getBytes(StandardCharsets.UTF_8), fernet.decrypt(request));
            responder.sendAsAnswer(fernet.encrypt(ANSWER));

            row.expect(client, mosquitto.port(), SECONDS);
        }
    }

    @Test
    void theResponderSendsAKeyOfAnotherKind(Row row) throws Exception {
        String openssl = Peers.require("openssl");
        byte[] x25519 = Program.start("sh", "-c", openssl + " genpkey -algorithm X25519 | " + openssl + " pkey -pubout")
                .await()
                .expect(0)
                .stdoutBytes();
        try (FakeResponder responder = new FakeResponder(mosquitto.port(), NETID);
                Program client = hastyClient(mosquitto.port())) {
            responder.awaitKey();
            responder.sendAsKey(x25519);

            row.expect(client, mosquitto.port(), SECONDS);
        }
    }

    @Test
    void theKeyIsNotThePinnedOne(Row row) throws Exception {
        try (FakeResponder responder = new FakeResponder(mosquitto.port(), NETID);
                Program client = hastyClient(mosquitto.port(), "--pin", "0".repeat(64))) {
            responder.awaitKey();
            responder.sendKey();

            row.expect(client, mosquitto.port(), SECONDS);
            responder.observer().publish(NETID + "/uppercase/request", new byte[0], false);
            assertEquals(0, responder.awaitRequest().length, "no request but ours");
        }
    }

    @Test
    void somebodyElseSendsAKeyBeforeThePinnedOne(Row row) throws Exception {
        try (FakeResponder responder = new FakeResponder(mosquitto.port(), NETID);
                Program client =
                        client(mosquitto.port(), "--pin", responder.publicKey().fingerprint())) {
            DhPublicKey key = responder.awaitKey();
            responder.sendAsKey(
                    DhKeyPair.generate(DhGroup.lab(), RANDOM).publicKey().toPem());
            responder.answer(key);

            row.expect(client, mosquitto.port(), SECONDS);
        }
    }

    @Test
    void standardInputDoesNotEnd(Row row) {
        // The pipe to a process that a test starts stays open.
        row.expect(Program.client("--timeout", Integer.toString(SECONDS), "--stdin", NETID, "uppercase"), 0, SECONDS);
    }

    @Test
    void aPasswordFileIsAPipeThatNobodyWritesTo(Row row, @TempDir Path folder) {
        String pipe = folder.resolve("pipe").toString();
        Program.start("mkfifo", pipe).await().expect(0);

        row.expect(hastyClient(1, "--username", "student", "--password-file", pipe), 1, SECONDS);
    }

    /** Java would give the stream's number to some file of its own. */
    @ParameterizedTest
    @ValueSource(strings = {">&-", ">&- <&-"})
    void aStandardOutputThatIsClosedIsAFailure(String closed) {
        Program.Result result = Program.start(
                        "sh",
                        "-c",
                        "'" + LAUNCHER + "' -p " + mosquitto.port() + " " + NETID + " uppercase x " + closed)
                .await()
                .expect(7);

        assertTrue(result.stderr().get(0).startsWith("secure_mqtt_client: error: "));
    }

    @Test
    void theDiskIsFullWhereTheAnswerGoes(Row row) throws Exception {
        expectUnwritable(row, ">/dev/full");
    }

    @Test
    void theReaderOfTheAnswerIsGone(Row row) throws Exception {
        expectUnwritable(row, "| head -c 0");
    }

    /** @param where what follows the command in a shell */
    private void expectUnwritable(Row row, String where) throws Exception {
        String command = "exec 3>&1; { '" + LAUNCHER + "' -p " + mosquitto.port() + " " + NETID
                + " uppercase x; echo $? >&3; } ";
        try (FakeResponder responder = new FakeResponder(mosquitto.port(), NETID);
                Program client = Program.start("sh", "-c", command + where)) {
            responder.answer(responder.awaitKey());

            Program.Result result = client.await();
            assertEquals(row.exitCode() + "\n", result.stdout());
            row.expectSaid(result.stderr(), mosquitto.port(), SECONDS);
        }
    }

    @Test
    void theUserPressesCtrlC(Row row) throws Exception {
        expectCleanEnd(row, "INT");
    }

    @Test
    void theProcessIsAskedToEndBySIGTERM(Row row) throws Exception {
        expectCleanEnd(row, "TERM");
    }

    private void expectCleanEnd(Row row, String signal) throws Exception {
        String netId = "leaves-by-" + signal;
        try (FakeResponder responder = new FakeResponder(mosquitto.port(), netId);
                Program client = Program.client("-p", Integer.toString(mosquitto.port()), netId, "uppercase", "x")) {
            responder.awaitKey();

            client.signal(signal);

            row.expect(client, mosquitto.port(), SECONDS);
            // If it were just gone: "closed its connection".
            mosquitto.program().awaitStderr("Client " + netId + " disconnected");
        }
    }

    /** A client that is to end before its time is up. */
    private static Program client(int port, String... options) {
        return client(Map.of(), port, options);
    }

    /** A client that is to end when its time is up. */
    private static Program hastyClient(int port, String... options) {
        return client(
                port,
                Stream.concat(Stream.of("--timeout", Integer.toString(SECONDS)), Arrays.stream(options))
                        .toArray(String[]::new));
    }

    private static Program client(Map<String, String> environment, int port, String... options) {
        List<String> arguments = new ArrayList<>(List.of("-p", Integer.toString(port)));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of(NETID, "uppercase", "x"));
        return Program.start(environment, LAUNCHER, arguments.toArray(String[]::new));
    }
}
