package securemqtt.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.Fernet;

/** Several responders that share their sessions in a real Redis. */
class ReplicasIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String READY = "ready: answering";
    private static final String SESSIONS = "sessions at localhost:";

    @TempDir
    Path folder;

    private Path secret;

    /** Two responders of one group, which have their sessions. */
    private record Pair(Program first, Program second) implements AutoCloseable {
        @Override
        public void close() {
            first.close();
            second.close();
        }
    }

    private Program replica(int broker, RedisServer redis, String... options) {
        Program program = unreadyReplica(broker, redis.url(), options);
        program.awaitStderr(READY);
        program.awaitStderr(SESSIONS);
        return program;
    }

    private Program unreadyReplica(int broker, String sessions, String... options) {
        if (secret == null) {
            secret = RedisServer.newSecret(folder);
        }
        List<String> all = new ArrayList<>(List.of(
                "-p",
                Integer.toString(broker),
                "-v",
                "--sessions",
                sessions,
                "--sessions-secret-file",
                secret.toString()));
        all.addAll(Arrays.asList(options));
        return Program.responder(all.toArray(String[]::new));
    }

    private Pair pair(int broker, RedisServer redis) {
        return new Pair(replica(broker, redis), replica(broker, redis));
    }

    /** Mosquitto hands the requests to the two in turn: the keys to one, the texts under them to the other. */
    @Test
    void whatOneResponderHasAgreedOnTheOtherAnswers() throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder);
                RedisServer redis = RedisServer.start();
                Pair pair = pair(mosquitto.port(), redis)) {
            assertServes(mosquitto.port(), 3);

            int keys = count(stop(pair.first()), "keys exchanged");
            int otherKeys = count(stop(pair.second()), "keys exchanged");
            assertEquals(3, Math.max(keys, otherKeys));
            assertEquals(0, Math.min(keys, otherKeys));
        }
    }

    @Test
    void aKeyThatBothRespondersGetHasOneSessionAndOneAnswer() throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder);
                RedisServer redis = RedisServer.start();
                Pair pair = pair(mosquitto.port(), redis);
                Observer observer = new Observer(mosquitto.port(), "+/key-exchange/response")) {
            byte[] key = newKey();

            observer.send("le0nh4rt/key-exchange/request", key);
            observer.send("le0nh4rt/key-exchange/request", key);

            assertArrayEquals(observer.next().payload(), observer.next().payload());
            assertEquals(1, count(stop(pair.first()), "keys exchanged"));
            assertEquals(1, count(stop(pair.second()), "keys exchanged"));
        }
    }

    @Test
    void aTokenUnderASecondActionIsRefusedByTheOtherResponder() throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder);
                RedisServer redis = RedisServer.start();
                Pair pair = pair(mosquitto.port(), redis);
                Observer observer = new Observer(mosquitto.port(), "+/+/response")) {
            Fernet fernet = agree(observer);
            byte[] token = fernet.encrypt("Pay Bob".getBytes(UTF_8));

            observer.publish("le0nh4rt/uppercase/request", token, false);
            assertEquals("PAY BOB", new String(fernet.decrypt(observer.next().payload()), UTF_8));
            observer.publish("le0nh4rt/reverse/request", token, false);
            observer.publish("le0nh4rt/lowercase/request", token, false);
            observer.publish("le0nh4rt/uppercase/request", token, false);

            assertEquals("le0nh4rt/uppercase/response", observer.next().topic());
            int refused =
                    count(stop(pair.first()), "token-other-action") + count(stop(pair.second()), "token-other-action");
            assertEquals(2, refused);
        }
    }

    @Test
    void aMistakeIsProvedByAResponderThatHasNotSeenTheKey() throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder);
                RedisServer redis = RedisServer.start();
                Program first = replica(mosquitto.port(), redis);
                Observer observer = new Observer(mosquitto.port(), "+/+/response")) {
            Fernet fernet = agree(observer);
            try (Program second = replica(mosquitto.port(), redis)) {
                stop(first);

                observer.publish("le0nh4rt/reverse/request", inStandardBase64(fernet), false);

                second.awaitStderr("\\[token-standard-base64, proved]");
            }
        }
    }

    private static byte[] inStandardBase64(Fernet fernet) {
        String token;
        do {
            token = new String(fernet.encrypt("text".getBytes(UTF_8)), UTF_8);
        } while (!token.contains("-") && !token.contains("_"));
        return token.replace('-', '+').replace('_', '/').getBytes(UTF_8);
    }

    /** Exchanges keys as NetID le0nh4rt. */
    private static Fernet agree(Observer observer) throws Exception {
        DhKeyPair client = DhKeyPair.generate(DhGroup.lab(), RANDOM);
        observer.publish("le0nh4rt/key-exchange/request", client.publicKey().toPem(), false);
        DhPublicKey theirs = DhPublicKey.parse(DhGroup.lab(), observer.next().payload());
        return new Fernet(client.agree(theirs), InstantSource.system(), RANDOM);
    }

    /** Mosquitto keeps what it has queued for a member, and would drop it with the member's connection. */
    @Test
    void aResponderThatIsStoppedAnswersAllThatTheBrokerHasForIt() throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder);
                RedisServer redis = RedisServer.start();
                Pair pair = pair(mosquitto.port(), redis);
                Observer observer = new Observer(mosquitto.port(), "+/key-exchange/response")) {
            int clients = 200;
            byte[] key = newKey();
            for (int i = 0; i < clients / 2; i++) {
                observer.publishLater("n" + i + "/key-exchange/request", key);
            }
            pair.first().awaitStderr("keys exchanged");

            pair.first().signal("TERM");
            for (int i = clients / 2; i < clients; i++) {
                observer.publishLater("n" + i + "/key-exchange/request", key);
            }

            assertAnswered(observer, clients);
            List<String> stopped = pair.first().await().expect(0).stderr();
            assertTrue(stopped.stream().noneMatch(line -> line.contains("stopped before")), stopped.toString());
        }
    }

    /** The broker does not confirm the end of the subscription. */
    @Test
    void aResponderThatLosesTheBrokerWhileItStopsDoesNotWaitForIt() throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder);
                RedisServer redis = RedisServer.start();
                Program responder = replica(mosquitto.port(), redis)) {
            mosquitto.program().signal("STOP");
            responder.signal("TERM");
            responder.awaitStderr("stopping");
            mosquitto.program().signal("KILL");

            responder.await().expect(0);
        }
    }

    @Test
    void aResponderThatIsStoppedWithoutABrokerDoesNotWaitForIt() throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder);
                RedisServer redis = RedisServer.start();
                Program responder = replica(mosquitto.port(), redis)) {
            mosquitto.program().signal("KILL");
            responder.awaitStderr("lost the connection");

            List<String> lines = stop(responder);

            assertTrue(lines.stream().noneMatch(line -> line.contains("stopped before")), lines.toString());
        }
    }

    @Test
    void aResponderConnectsAgainAsOftenAsRedisEndsTheConnection() throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder);
                RedisServer redis = RedisServer.start();
                Program responder = replica(mosquitto.port(), redis)) {
            for (int i = 2; i <= 20; i++) {
                redis.run("CLIENT", "KILL", "TYPE", "normal");
                responder.awaitStderr(SESSIONS, i);
            }

            assertServes(mosquitto.port(), 1);
        }
    }

    /** The embedded broker keeps requests for the group until they are acknowledged. Its own responder serves another NetID. */
    @Test
    void whatAKilledResponderHasNotAnsweredTheOtherAnswers() throws Exception {
        try (Program broker = Program.responder("--embedded-broker", "-p", "0", "--netid", "nobody")) {
            int port = Integer.parseInt(broker.awaitStderr("ready: .*:(\\d+)$").group(1));
            try (RedisServer redis = RedisServer.start();
                    Pair pair = pair(port, redis);
                    Observer observer = new Observer(port, "+/key-exchange/response")) {
                int clients = 200;
                byte[] key = newKey();
                for (int i = 0; i < clients; i++) {
                    observer.publishLater("n" + i + "/key-exchange/request", key);
                }
                pair.first().awaitStderr("keys exchanged", 5);

                pair.first().signal("KILL");

                assertAnswered(observer, clients);
            }
        }
    }

    @Test
    void withoutRedisRequestsAreRefusedAndAfterwardsAnswered() throws Exception {
        int port = Mosquitto.freePort();
        try (Mosquitto mosquitto = Mosquitto.start(folder);
                Program responder =
                        unreadyReplica(mosquitto.port(), "redis://localhost:" + port, "--management-port", "0");
                Observer observer = new Observer(mosquitto.port(), "+/key-exchange/response")) {
            int management = Integer.parseInt(responder
                    .awaitStderr("management at http://localhost:(\\d+)/")
                    .group(1));
            responder.awaitStderr("no sessions: nothing listens at localhost:" + port);
            responder.awaitStderr(READY);
            observer.publish("le0nh4rt/key-exchange/request", newKey(), false);
            responder.awaitStderr("refused more, too many to list: 1 sessions-unavailable");
            HttpResponse<String> health = ready(management);
            assertEquals(503, health.statusCode());
            assertTrue(health.body().contains("nothing listens at localhost:" + port), health.body());

            try (RedisServer redis = RedisServer.start(port)) {
                responder.awaitStderr(SESSIONS);
                assertServes(mosquitto.port(), 1);
                assertEquals(200, ready(management).statusCode());

                redis.program().signal("STOP");
                responder.awaitStderr("no sessions: localhost:" + port + " closed the connection, or does not answer");
                assertEquals(503, ready(management).statusCode());
                redis.program().signal("CONT");
                responder.awaitStderr(SESSIONS, 2);
                assertServes(mosquitto.port(), 1);
            }
        }
    }

    @Test
    void aResponderWithAnotherSecretDoesNotJoin() throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder);
                RedisServer redis = RedisServer.start();
                Program first = replica(mosquitto.port(), redis)) {
            Files.delete(secret);
            secret = null;
            try (Program second = unreadyReplica(mosquitto.port(), redis.url())) {
                List<String> lines = second.await().expect(2).stderr();
                assertEquals(
                        1,
                        count(
                                lines,
                                "ERROR the responders that share localhost:" + redis.port()
                                        + " use another secret than --sessions-secret-file"),
                        lines.toString());
            }
            assertServes(mosquitto.port(), 1);
            stop(first);
        }
    }

    @Test
    void redisWithAPassword() throws Exception {
        String word = "correct horse/battery:staple";
        Path file = Files.writeString(folder.resolve("redis.password"), word + "\n");
        Path other = Files.writeString(folder.resolve("other.password"), "guess\n");
        try (Mosquitto mosquitto = Mosquitto.start(folder);
                RedisServer redis = RedisServer.start("--requirepass", word);
                Program none = unreadyReplica(mosquitto.port(), redis.url());
                Program wrong =
                        unreadyReplica(mosquitto.port(), redis.url(), "--sessions-password-file", other.toString());
                Program right = replica(mosquitto.port(), redis, "--sessions-password-file", file.toString())) {
            none.awaitStderr("no sessions: localhost:" + redis.port() + " requires a password");
            wrong.awaitStderr("no sessions: localhost:" + redis.port() + " does not accept this password");
            stop(none);
            List<String> shown = new ArrayList<>(stop(wrong));
            assertServes(mosquitto.port(), 1);
            shown.addAll(stop(right));
            assertFalse(String.join("\n", shown).contains("guess"), "no password is shown");
        }
    }

    /** Redis repeats the arguments of a command that it does not know. */
    @Test
    void thePasswordIsNotShownIfRedisDoesNotKnowAuth() throws Exception {
        Path file = Files.writeString(folder.resolve("redis.password"), "hunter2\n");
        try (Mosquitto mosquitto = Mosquitto.start(folder);
                RedisServer redis = RedisServer.start("--rename-command", "AUTH", "");
                Program responder =
                        unreadyReplica(mosquitto.port(), redis.url(), "--sessions-password-file", file.toString())) {
            responder.awaitStderr(READY);
            responder.awaitStderr(
                    "no sessions: localhost:" + redis.port() + " answers with an error: ERR unknown command");

            assertEquals(0, count(stop(responder), "hunter2"));
        }
    }

    @Test
    void theRightsInTheDocumentationAreEnoughForAUser() throws Exception {
        Matcher rights = Pattern.compile("the ACL\\s+`([^`]+)`")
                .matcher(Files.readString(Program.HOME.resolve("docs/responder.md")));
        assertTrue(rights.find());
        Path file = Files.writeString(folder.resolve("redis.password"), "word\n");
        try (Mosquitto mosquitto = Mosquitto.start(folder);
                RedisServer redis = RedisServer.start()) {
            List<String> user = new ArrayList<>(List.of("ACL", "SETUSER", "class", "on", ">word"));
            user.addAll(List.of(rights.group(1).split("\\s+")));
            redis.run(user.toArray(String[]::new));
            try (Program responder = unreadyReplica(
                    mosquitto.port(),
                    "redis://class@localhost:" + redis.port() + "/1",
                    "--sessions-password-file",
                    file.toString(),
                    "--management-port",
                    "0")) {
                responder.awaitStderr(READY);
                responder.awaitStderr(SESSIONS);
                assertTrue(
                        redis.run("CLIENT", "LIST").contains("user=class"), "the responder is logged in as the user");
                DiagnosisIT.play(Integer.toString(mosquitto.port()), "kdf-plain-sha256");
                responder.awaitStderr("\\[kdf-plain-sha256, proved]");
                assertServes(mosquitto.port(), 1);

                assertFalse(redis.run("ACL", "LOG").contains("reason"));
            }
        }
    }

    @Test
    void redisByTls() throws Exception {
        Path key = folder.resolve("redis.key");
        Path certificate = folder.resolve("redis.pem");
        Program.start(
                        Peers.require("openssl"),
                        "req",
                        "-x509",
                        "-newkey",
                        "rsa:2048",
                        "-nodes",
                        "-days",
                        "1",
                        "-subj",
                        "/CN=localhost",
                        "-addext",
                        "subjectAltName=DNS:localhost",
                        "-keyout",
                        key.toString(),
                        "-out",
                        certificate.toString())
                .await()
                .expect(0);
        int port = Mosquitto.freePort();
        String url = "rediss://localhost:" + port;
        try (Mosquitto mosquitto = Mosquitto.start(folder);
                RedisServer redis = RedisServer.start(
                        port,
                        "--tls-port",
                        Integer.toString(port),
                        "--tls-auth-clients",
                        "no",
                        "--tls-cert-file",
                        certificate.toString(),
                        "--tls-key-file",
                        key.toString());
                Program distrustful = unreadyReplica(mosquitto.port(), url);
                Program plain = unreadyReplica(mosquitto.port(), redis.url());
                Program right = unreadyReplica(mosquitto.port(), url, "--sessions-cafile", certificate.toString())) {
            distrustful.awaitStderr(
                    "no sessions: localhost:" + port + " showed a certificate that no trusted authority has signed");
            plain.awaitStderr("no sessions: localhost:" + port + " closed the connection, or does not");
            right.awaitStderr(SESSIONS);
            right.awaitStderr(READY);
            stop(distrustful);
            stop(plain);
            assertServes(mosquitto.port(), 1);
        }
    }

    /** What Redis evicts is lost as if it had expired: the client exchanges keys again. */
    @Test
    void aFullRedisThatEvictsLosesSessionsAndCountsThem() throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder);
                RedisServer redis = RedisServer.start("--maxmemory", "3mb", "--maxmemory-policy", "volatile-lru");
                Program responder = replica(mosquitto.port(), redis, "--management-port", "0");
                Observer observer = new Observer(mosquitto.port(), "+/key-exchange/response")) {
            int management = Integer.parseInt(responder
                    .awaitStderr("management at http://localhost:(\\d+)/")
                    .group(1));
            int clients = 900;
            byte[] key = newKey();
            for (int i = 0; i < clients; i++) {
                observer.publish("n" + i + "/key-exchange/request", key, false);
            }
            assertAnswered(observer, clients);

            long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
            Pattern counted = Pattern.compile("secure_mqtt_sessions_lost_total\\{reason=\"evicted\"} [1-9]");
            while (!counted.matcher(get(management, "/q/metrics").body()).find()) {
                assertTrue(System.nanoTime() < deadline, "nothing was counted as evicted: " + redis.run("INFO"));
            }
            assertServes(mosquitto.port(), 1);
        }
    }

    @Test
    void aFullRedisThatDoesNotEvictRefusesNewSessions() throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder);
                RedisServer redis = RedisServer.start();
                Program responder = replica(mosquitto.port(), redis);
                Observer observer = new Observer(mosquitto.port(), "+/key-exchange/response")) {
            redis.run("CONFIG", "SET", "maxmemory", "1mb");

            observer.publish("le0nh4rt/key-exchange/request", newKey(), false);

            responder.awaitStderr("no sessions: localhost:" + redis.port() + " is full; refusing requests");
            responder.awaitStderr("refused more, too many to list: 1 sessions-unavailable");
            redis.run("CONFIG", "SET", "maxmemory", "0");
            assertServes(mosquitto.port(), 1);
        }
    }

    private static List<String> stop(Program responder) throws Exception {
        responder.signal("TERM");
        return responder.await().expect(0).stderr();
    }

    private static int count(List<String> lines, String part) {
        return (int) lines.stream().filter(line -> line.contains(part)).count();
    }

    private static byte[] newKey() {
        return DhKeyPair.generate(DhGroup.lab(), RANDOM).publicKey().toPem();
    }

    private static void assertAnswered(Observer observer, int clients) throws Exception {
        Set<String> answered = new TreeSet<>();
        while (answered.size() < clients) {
            answered.add(observer.next().topic());
        }
    }

    private static void assertServes(int broker, int times) {
        for (int i = 0; i < times; i++) {
            Program.Result result = Program.client("-p", Integer.toString(broker), "le0nh4rt", "reverse", "abc")
                    .await()
                    .expect(0);
            assertEquals("cba\n", result.stdout());
        }
    }

    private static HttpResponse<String> ready(int management) throws Exception {
        return get(management, "/q/health/ready");
    }

    private static HttpResponse<String> get(int management, String path) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + management + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
