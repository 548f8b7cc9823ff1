package securemqtt.responder.redis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import securemqtt.protocol.Action;
import securemqtt.protocol.NetId;
import securemqtt.responder.exchange.SealedSession;
import securemqtt.responder.exchange.SessionsSecret;
import securemqtt.responder.settings.Credentials;
import securemqtt.responder.settings.Settings;

/** With a real Redis. */
class RedisSessionsTest {
    private static final NetId NET_ID = new NetId("le0nh4rt");
    private static final Duration IDLE = Duration.ofMinutes(10);
    private static final byte[] TAIL = "0123456789abcdef".getBytes();

    private static RedisServer server;
    private final Vertx vertx = Vertx.vertx();
    private Redis client;
    private RedisLink link;
    private RedisSessions sessions;

    @BeforeAll
    static void startRedis() throws Exception {
        server = RedisServer.start();
    }

    @AfterAll
    static void stopRedis() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void connect(@TempDir Path folder) throws Exception {
        String address = "redis://localhost:" + server.port();
        Path secret = folder.resolve("secret");
        SessionsSecret.create(secret, new SecureRandom());
        Credentials credentials = Credentials.read(
                Settings.read(Map.of("sessions", address, "sessions-secret-file", secret.toString())), Map.of());
        client = Redis.createClient(vertx, address);
        get(client.send(Request.cmd(Command.FLUSHALL)).toCompletionStage());
        link = new RedisLink(vertx, credentials.sessions().orElseThrow(), evicted -> {}, () -> {});
        link.start();
        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (link.problem().isPresent()) {
            assertTrue(System.nanoTime() < deadline, link.problem().orElse(""));
            Thread.onSpinWait();
        }
        sessions = new RedisSessions(link, IDLE);
    }

    @AfterEach
    void close() throws Exception {
        System.clearProperty("secure-mqtt.sessions");
        System.clearProperty("secure-mqtt.sessions-secret-file");
        link.close();
        get(vertx.close().toCompletionStage());
    }

    @Test
    void aSessionIsKeptForItsNetIdOnly() throws Exception {
        add(session(1));

        assertEquals(List.of(id(1)), ids());
        assertArrayEquals(
                session(1).sealed(), get(sessions.sessions(NET_ID)).get(0).sealed());
        assertEquals(List.of(), get(sessions.sessions(new NetId("other"))));
    }

    @Test
    void theFirstOfTwoSessionsWithOneIdentifierStays() throws Exception {
        add(session(1));

        SealedSession kept = get(sessions.add(NET_ID, new SealedSession(id(1), new byte[] {9})));

        assertArrayEquals(session(1).sealed(), kept.sealed());
        assertEquals(List.of(id(1)), ids());
    }

    @Test
    void theFourNewestSessionsAreKept() throws Exception {
        for (int i = 1; i <= 5; i++) {
            add(session(i));
        }

        assertEquals(List.of(id(5), id(4), id(3), id(2)), ids());
        assertEquals(
                9, get(command(Command.HLEN, "secure-mqtt:1:session:le0nh4rt")).toInteger());
    }

    @Test
    void anIdleSessionIsForgottenWhileAnotherOfItsNetIdIsUsed() throws Exception {
        RedisSessions hasty = new RedisSessions(link, Duration.ofMillis(1));
        add(session(1));
        long now = Long.parseLong(get(command(Command.TIME)).get(0).toString());
        while (Long.parseLong(get(command(Command.TIME)).get(0).toString()) < now + 2) {
            Thread.onSpinWait();
        }
        assertEquals(List.of(), get(hasty.sessions(NET_ID)));
        sessions.used(NET_ID, id(1));
        add(session(2));

        assertEquals(List.of(id(2), id(1)), ids());
        assertTrue(get(command(Command.PTTL, "secure-mqtt:1:session:le0nh4rt")).toLong() > IDLE.toMillis() / 2);

        get(command(Command.HSET, "secure-mqtt:1:session:le0nh4rt", "t" + id(1), "1"));

        assertEquals(List.of(id(2)), ids());
    }

    @Test
    void aTokenIsAnsweredUnderItsFirstActionOnly() throws Exception {
        add(session(1));

        assertEquals(1, get(arrives(Action.UPPERCASE)).orElseThrow().size());
        assertEquals(Optional.empty(), get(arrives(Action.LOWERCASE)));
        assertEquals(1, get(arrives(Action.UPPERCASE)).orElseThrow().size());

        sessions.authentic(NET_ID, TAIL);
        assertEquals(Optional.empty(), get(arrives(Action.LOWERCASE)));
        assertEquals(1, get(arrives(Action.UPPERCASE)).orElseThrow().size());
    }

    @Test
    void anInvalidTokenWithTheTailOfAnUnreadOneDoesNotFreeIt() throws Exception {
        add(session(1));
        get(arrives(Action.UPPERCASE));
        get(arrives(Action.UPPERCASE));

        sessions.notAuthentic(NET_ID, TAIL);
        assertEquals(Optional.empty(), get(arrives(Action.LOWERCASE)));

        sessions.notAuthentic(NET_ID, TAIL);
        assertTrue(get(arrives(Action.LOWERCASE)).isPresent());
    }

    @Test
    void the32LatestAuthenticTokensAreRemembered() throws Exception {
        add(session(1));
        for (int i = 0; i < 33; i++) {
            byte[] tail = String.format("tail-of-token-%02d", i).getBytes();
            get(sessions.tokenArrived(NET_ID, tail, Action.SHUFFLE));
            sessions.authentic(NET_ID, tail);
        }

        assertEquals(
                32 * 17,
                get(command(Command.HSTRLEN, "secure-mqtt:1:session:le0nh4rt", "a"))
                        .toInteger());
        assertEquals(
                Optional.empty(), get(sessions.tokenArrived(NET_ID, "tail-of-token-01".getBytes(), Action.REVERSE)));
        assertTrue(get(sessions.tokenArrived(NET_ID, "tail-of-token-00".getBytes(), Action.REVERSE))
                .isPresent());
    }

    @Test
    void tooManyUnreadTokensCloseTheSessionsOfTheirNetId() throws Exception {
        add(session(1));
        for (int i = 0; i <= 2_000; i++) {
            sessions.tokenArrived(NET_ID, String.format("%016d", i).getBytes(), Action.REVERSE);
        }

        assertEquals(List.of(), ids());
        assertEquals(
                0,
                get(command(Command.EXISTS, "secure-mqtt:1:session:le0nh4rt")).toInteger());
    }

    @Test
    void aTokenOfANetIdWithoutSessionsLeavesNothingInRedis() throws Exception {
        assertEquals(Optional.of(List.of()), get(arrives(Action.UPPERCASE)));
        sessions.notAuthentic(NET_ID, TAIL);
        sessions.used(NET_ID, id(1));
        sessions.authentic(NET_ID, TAIL);

        assertEquals(
                0,
                get(command(Command.EXISTS, "secure-mqtt:1:session:le0nh4rt")).toInteger());
    }

    @Test
    void aKeyOfANetIdIsRemembered() throws Exception {
        sessions.keyArrived(new NetId("other"));
        get(command(Command.SET, "secure-mqtt:1:keys-since", "1"));
        assertFalse(get(sessions.mayHaveSentKey(NET_ID)));

        sessions.keyArrived(NET_ID);

        assertTrue(get(sessions.mayHaveSentKey(NET_ID)));
    }

    @Test
    void aNetIdMayHaveSentItsKeyBeforeRedisLostItsData() throws Exception {
        assertTrue(get(sessions.mayHaveSentKey(NET_ID)), "an empty Redis");

        sessions.keyArrived(new NetId("other"));

        assertTrue(get(sessions.mayHaveSentKey(NET_ID)), "a Redis that has not been used for as long as a session");
    }

    private void add(SealedSession session) throws Exception {
        assertEquals(session.id(), get(sessions.add(NET_ID, session)).id());
    }

    private List<String> ids() throws Exception {
        return get(sessions.sessions(NET_ID)).stream().map(SealedSession::id).toList();
    }

    private CompletionStage<Optional<List<SealedSession>>> arrives(Action action) {
        return sessions.tokenArrived(NET_ID, TAIL, action);
    }

    private CompletionStage<Response> command(Command command, String... arguments) {
        Request request = Request.cmd(command);
        for (String argument : arguments) {
            request.arg(argument);
        }
        return link.send(request);
    }

    private static SealedSession session(int number) {
        byte[] sealed = new byte[300];
        IntStream.range(0, sealed.length).forEach(i -> sealed[i] = (byte) (i * number));
        return new SealedSession(id(number), sealed);
    }

    private static String id(int number) {
        return String.format("%064x", number);
    }

    private static <T> T get(CompletionStage<T> result) throws Exception {
        return result.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
}
