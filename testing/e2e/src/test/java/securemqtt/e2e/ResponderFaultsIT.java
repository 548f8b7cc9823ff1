package securemqtt.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileOutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;

/** The responder during faults of broker and network, and under attack. */
class ResponderFaultsIT {
    private static final int KEYS = 50;
    private static final SecureRandom RANDOM = new SecureRandom();
    /** What floods it must not get the better of it even so. */
    private static final Map<String, String> SMALL_HEAP = Map.of("JDK_JAVA_OPTIONS", "-Xmx256m");

    private static final String LAUNCHER =
            Program.HOME.resolve("secure_mqtt_responder").toString();

    @Test
    void connectionsToTheEmbeddedBrokerThatSayNothingAreOneLineASecond() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try (Program responder = Program.responder("--embedded-broker", "-p", "0")) {
            int port =
                    Integer.parseInt(responder.awaitStderr("ready: .*:(\\d+)$").group(1));
            while (silent.size() < 300) {
                silent.add(new Socket("localhost", port));
            }
            int closed = 0;
            int lines = 0;
            while (closed < silent.size()) {
                lines++;
                closed += Integer.parseInt(responder
                        .awaitStderr(
                                "WARN  embedded broker: closed (\\d+) connections? on which nothing was sent", lines)
                        .group(1));
            }

            responder.signal("TERM");
            List<String> stderr = responder.await().expect(0).stderr();
            assertEquals(300, closed);
            assertTrue(lines < 30, stderr.toString());
            assertTrue(stderr.stream().noneMatch(line -> line.contains("AMQ")), stderr.toString());
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void aBrokerThatStartsLaterIsServed(@TempDir Path folder) throws Exception {
        int port = Mosquitto.freePort();
        try (Program responder = Program.responder("-p", Integer.toString(port))) {
            responder.awaitStderr("no broker at localhost:" + port + " yet");
            responder.awaitStderr("not connected: nothing listens at localhost:" + port);
            try (Mosquitto mosquitto = Mosquitto.start(folder, port, "allow_anonymous true")) {
                responder.awaitStderr("ready: ");

                assertServes(mosquitto.port());
            }
        }
    }

    @Test
    void aBrokerThatIsKilledAndStartedAgainIsServedAgain(@TempDir Path folder) throws Exception {
        try (Mosquitto first = Mosquitto.start(folder);
                Program responder = Program.responder("-p", Integer.toString(first.port()))) {
            responder.awaitStderr("ready: ");
            first.program().signal("KILL");
            responder.awaitStderr("lost the connection to the broker at localhost:" + first.port());

            try (Mosquitto second = Mosquitto.start(folder, first.port(), "allow_anonymous true")) {
                responder.awaitStderr("ready: ", 2);

                assertServes(second.port());
            }
        }
    }

    @Test
    void aRefusedSubscriptionIsReported(@TempDir Path folder) throws Exception {
        try (Mosquitto mosquitto = Mosquitto.withoutSubscriptions(folder);
                Program responder = Program.responder("-p", Integer.toString(mosquitto.port()))) {
            responder.awaitStderr("ERROR connected, but no requests will arrive: localhost:" + mosquitto.port()
                    + " refused the subscription to \\+/\\+/request");
        }
    }

    /** Simulates a pulled cable: no side sees the end of the connection. */
    @Test
    void aCutConnectionIsNoticedAndMadeAgain(@TempDir Path folder) throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder);
                Proxy proxy = new Proxy(mosquitto.port());
                Program responder = Program.responder("-p", Integer.toString(proxy.port()))) {
            responder.awaitStderr("ready: ");

            proxy.cut();

            responder.awaitStderr("lost the connection to the broker at localhost:" + proxy.port());
            responder.awaitStderr("ready: ", 2);
            assertServes(mosquitto.port());
        }
    }

    /** Answers that are written during the broker's end must not block later answers. */
    @Test
    void aBrokerThatIsKilledWhileAnswersAreUnderWayIsServedAgain(@TempDir Path folder) throws Exception {
        byte[] key = DhKeyPair.generate(DhGroup.lab(), RANDOM).publicKey().toPem();
        try (Mosquitto first = Mosquitto.start(folder);
                Program responder = Program.responder("-p", Integer.toString(first.port()))) {
            responder.awaitStderr("ready: ");
            try (Observer observer = new Observer(first.port(), "+/key-exchange/response")) {
                for (int i = 0; i < 300; i++) {
                    observer.send("n" + i + "/key-exchange/request", key);
                }
                observer.next();
                first.program().signal("KILL");
                first.program().await();
            }
            responder.awaitStderr("WARN  [0-9]+ answers that were sent within the last 25 s may not have arrived");

            try (Mosquitto second = Mosquitto.start(folder, first.port(), "allow_anonymous true")) {
                responder.awaitStderr("ready: ", 2);

                assertServes(second.port());
            }
        }
    }

    @Test
    void twoRespondersWithOneClientIdentifierAreReported(@TempDir Path folder) throws Exception {
        Map<String, String> sameName = Map.of("MP_MESSAGING_CONNECTOR_SMALLRYE_MQTT_CLIENT_ID", "same");
        try (Mosquitto mosquitto = Mosquitto.start(folder);
                Program first = Program.start(sameName, LAUNCHER, "-p", Integer.toString(mosquitto.port()));
                Program second = Program.start(sameName, LAUNCHER, "-p", Integer.toString(mosquitto.port()))) {
            String said = "ERROR the broker closes each connection after a few seconds: "
                    + "another client may use the same client identifier";

            first.awaitStderr(said);
            second.awaitStderr(said);
        }
    }

    @Test
    void aMessageThatIsTooLargeCostsAConnectionAndNoMore(@TempDir Path folder) throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder);
                Observer observer = new Observer(mosquitto.port(), "nothing");
                Program responder = Program.start(SMALL_HEAP, LAUNCHER, "-p", Integer.toString(mosquitto.port()))) {
            responder.awaitStderr("ready: ");

            observer.publish("large/reverse/request", new byte[5 << 20], false);

            responder.awaitStderr("lost the connection to the broker at ");
            responder.awaitStderr("ready: ", 2);
            assertServes(mosquitto.port());
        }
    }

    /**
     * The broker closes a connection that is silent for one and a half keep-alive times. The responder does so after
     * two.
     */
    @Test
    void theBrokerIsToldOfAKeepAliveOfTenSecondsAndOfACleanSession() throws Exception {
        try (ScriptedServer server = new ScriptedServer();
                Program responder = Program.responder("-p", Integer.toString(server.port()))) {
            server.accept();

            // MQTT 3.1.1, section 3.1.2: protocol name, protocol level, connect flags, keep-alive in seconds.
            byte[] connect = server.read();

            assertEquals("00044d515454" + "04" + "02" + "000a", HexFormat.of().formatHex(connect, 0, 10));
            responder.signal("KILL");
        }
    }

    @Test
    void onSigtermReceivedRequestsAreStillAnswered(@TempDir Path folder) throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder);
                Program responder = Program.responder("-p", Integer.toString(mosquitto.port()), "-v")) {
            responder.awaitStderr("ready: ");

            assertAnswersAllOnSigterm(responder, mosquitto.port());
        }
    }

    @Test
    void onSigtermReceivedRequestsAreStillAnsweredThroughTheEmbeddedBroker() throws Exception {
        try (Program responder = Program.responder("--embedded-broker", "-p", "0", "-v")) {
            int port =
                    Integer.parseInt(responder.awaitStderr("ready: .*:(\\d+)$").group(1));

            assertAnswersAllOnSigterm(responder, port);
        }
    }

    /** If a process ends its connection while the broker sends, the operating system discards what is not read yet. */
    @Test
    void onSigtermABrokerThatIsBehindGetsAllAnswers(@TempDir Path folder) throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder);
                Program responder = Program.responder("-p", Integer.toString(mosquitto.port()), "-v")) {
            responder.awaitStderr("ready: ");
            try (Observer observer = new Observer(mosquitto.port(), "+/key-exchange/response")) {
                sendKeys(observer, responder);

                mosquitto.program().signal("STOP");
                responder.signal("TERM");
                responder.awaitStderr("keys exchanged", KEYS);
                mosquitto.program().signal("CONT");

                assertAllAnswered(observer, responder.await().expect(0).stderr());
            }
        }
    }

    @Test
    void sigtermBeforeTheSettingsAreReadIsNoFailure(@TempDir Path folder) throws Exception {
        String pipe = folder.resolve("password").toString();
        Program.start("mkfifo", pipe).await().expect(0);
        try (Program responder = Program.responder("--username", "x", "--password-file", pipe)) {
            // Opening the pipe blocks until a reader opens it.
            new FileOutputStream(pipe);

            assertEndsSilentlyOnSigterm(responder);
        }
    }

    /** The responder connects while Quarkus starts, and repeatedly afterwards. */
    @Test
    void sigtermWhileQuarkusStartsIsNoFailure() throws Exception {
        try (ScriptedServer server = new ScriptedServer();
                Program responder = Program.responder("-p", Integer.toString(server.port()))) {
            server.accept();

            assertEndsSilentlyOnSigterm(responder);
        }
    }

    @Test
    void sigtermWhileTheBrokerSaysNothingIsNoFailure() throws Exception {
        try (ScriptedServer server = new ScriptedServer();
                Program responder = Program.responder("-p", Integer.toString(server.port()))) {
            responder.awaitStderr("WARN  not connected: localhost:" + server.port() + " does not answer");

            responder.signal("TERM");

            List<String> stderr = responder.await().expect(0).stderr();
            assertTrue(stderr.stream().allMatch(line -> line.matches("[0-9:.]+ (INFO|WARN) .*")), stderr.toString());
        }
    }

    private static void assertEndsSilentlyOnSigterm(Program responder) throws Exception {
        responder.signal("TERM");

        Program.Result result = responder.await().expect(0);
        assertEquals(
                List.of(),
                result.stderr().stream()
                        .filter(line -> !line.contains(" INFO "))
                        .toList());
    }

    private static void assertAnswersAllOnSigterm(Program responder, int port) throws Exception {
        try (Observer observer = new Observer(port, "+/key-exchange/response")) {
            sendKeys(observer, responder);

            responder.signal("TERM");

            List<String> stderr = responder.await().expect(0).stderr();
            assertAllAnswered(observer, stderr);
            int stopping = indexOf(stderr, "stopping");
            assertTrue(
                    stderr.subList(stopping, stderr.size()).stream().anyMatch(line -> line.contains("keys exchanged")),
                    "some were answered after that");
        }
    }

    /** Sends keys. The responder has received all of them when this returns, and most of them wait. */
    private static void sendKeys(Observer observer, Program responder) throws Exception {
        byte[] key = DhKeyPair.generate(DhGroup.lab(), RANDOM).publicKey().toPem();
        for (int i = 0; i < KEYS; i++) {
            observer.send("n" + i + "/key-exchange/request", key);
        }
        observer.publish("last/nothing/request", new byte[0], false);
        responder.awaitStderr("refused topic .*, topic-unknown-action");
    }

    private static void assertAllAnswered(Observer observer, List<String> stderr) throws Exception {
        assertTrue(stderr.stream().noneMatch(line -> line.contains("stopped before")), stderr.toString());
        Set<String> answered = new TreeSet<>();
        for (int i = 0; i < KEYS; i++) {
            answered.add(observer.next().topic());
        }
        assertEquals(KEYS, answered.size());
    }

    private static int indexOf(List<String> lines, String end) {
        return IntStream.range(0, lines.size())
                .filter(i -> lines.get(i).endsWith(end))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"junk/key-exchange/request", "junk/reverse/request", "junk/explode/request", "//request"})
    void tenThousandPiecesOfJunkLeaveTheServiceUnbroken(String topic, @TempDir Path folder) throws Exception {
        byte[] junk = new byte[500];
        new Random(1).nextBytes(junk);
        try (Mosquitto mosquitto = Mosquitto.start(folder);
                Observer observer = new Observer(mosquitto.port(), "nothing");
                Program responder = Program.start(SMALL_HEAP, LAUNCHER, "-p", Integer.toString(mosquitto.port()))) {
            responder.awaitStderr("ready: ");

            observer.burst(topic, junk, 10_000);

            responder.awaitStderr("refused more, too many to list: [0-9]+ ");

            assertServes(mosquitto.port());
        }
    }

    @Test
    void keysOfAMebibyteLeaveTheServiceUnbroken(@TempDir Path folder) throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder);
                Observer observer = new Observer(mosquitto.port(), "nothing");
                Program responder = Program.start(SMALL_HEAP, LAUNCHER, "-p", Integer.toString(mosquitto.port()))) {
            responder.awaitStderr("ready: ");

            observer.burst("junk/key-exchange/request", new byte[1 << 20], 100);

            // The log names only a limited number of refusals per second and counts the rest.
            responder.awaitStderr("refused key-exchange, key-too-long", 50);

            assertServes(mosquitto.port());
        }
    }

    /** Thousands of valid keys of one NetID take minutes of computation. Other NetIDs must not wait for them. */
    @Test
    void aFloodByOneNetIdDoesNotKeepOthersWaiting(@TempDir Path folder) throws Exception {
        byte[][] keys = new byte[20][];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = DhKeyPair.generate(DhGroup.lab(), RANDOM).publicKey().toPem();
        }
        try (Mosquitto mosquitto = Mosquitto.start(folder);
                Observer observer = new Observer(mosquitto.port(), "greedy/key-exchange/response");
                Program responder = Program.start(SMALL_HEAP, LAUNCHER, "-p", Integer.toString(mosquitto.port()))) {
            responder.awaitStderr("ready: ");

            for (int i = 0; i < 5_000; i++) {
                observer.send("greedy/key-exchange/request", keys[i % keys.length]);
            }

            responder.awaitStderr("refused more, too many to list: [0-9]+ overloaded");
            assertServes(mosquitto.port());
            responder.signal("KILL");
        }
    }

    @Test
    void aBrokerIsReadNoFasterThanItsMessagesAreDealtWith() throws Exception {
        byte[] junk = RawMqtt.packet(0x30, RawMqtt.string("//request"));
        ByteBuffer thousand = ByteBuffer.allocate(1_000 * junk.length);
        while (thousand.hasRemaining()) {
            thousand.put(junk);
        }
        byte[] key = DhKeyPair.generate(DhGroup.lab(), RANDOM).publicKey().toPem();
        try (ScriptedServer server = new ScriptedServer();
                Program responder = Program.start(SMALL_HEAP, LAUNCHER, "-p", Integer.toString(server.port()))) {
            server.accept();
            server.read();
            server.acknowledgeConnect(0);
            byte[] subscribe = server.read();
            server.send(new byte[] {(byte) 0x90, 3, subscribe[0], subscribe[1], 1});

            CompletableFuture<byte[]> answer = server.awaitAnsweringPings(RawMqtt.PUBLISH);
            // Twice the connector's buffer. Answers to pings wait behind them, and the connector gives up after 25 s.
            for (int i = 0; i < 200; i++) {
                server.send(thousand.array());
            }
            server.send(RawMqtt.packet(0x30, RawMqtt.string("le0nh4rt/key-exchange/request"), key));

            assertTrue(new String(answer.get(2, TimeUnit.MINUTES), StandardCharsets.US_ASCII)
                    .contains("le0nh4rt/key-exchange/response"));
            responder.signal("KILL");
        }
    }

    private static void assertServes(int port) {
        Program.Result result = Program.client("-p", Integer.toString(port), "le0nh4rt", "uppercase", "x")
                .await()
                .expect(0);
        assertEquals("X\n", new String(result.stdoutBytes(), StandardCharsets.UTF_8));
        assertTrue(result.stderr().isEmpty(), result.stderr().toString());
    }
}
