package securemqtt.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks on the port of the embedded broker, with a small heap. The responder must go on, and stop in time. */
class EmbeddedBrokerAttacksIT {
    private static final String LAUNCHER =
            Program.HOME.resolve("secure_mqtt_responder").toString();
    private static final Map<String, String> SMALL_HEAP = Map.of("JDK_JAVA_OPTIONS", "-Xmx256m");
    private static final int MEBIBYTE = 1 << 20;

    /** A broker that matches these filters by backtracking would block all its threads. */
    @Test
    void filtersThatTakeLongToMatchAreRefused() throws Exception {
        try (Program responder = start()) {
            try (RawMqtt stranger = RawMqtt.connected(port(responder), "stranger")) {
                stranger.send(RawMqtt.subscribe("#/a/".repeat(9) + "#/a"));
                for (int i = 0; i < 10; i++) {
                    stranger.send(RawMqtt.publish("a/".repeat(100) + i, new byte[1], false));
                }
                stranger.awaitEnd();
            }

            assertGoesOn(responder, "closed 1 connection that sent an invalid topic filter");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#/a",
                "a/b#",
                "+a",
                "",
                "a\0",
                "$share/group/#/a",
                "$share/group",
                "a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a"
            })
    void invalidFiltersEndTheirConnectionInEachVersionOfMqtt(String filter) throws Exception {
        try (Program responder = start();
                RawMqtt earlier = RawMqtt.connected(port(responder), "earlier");
                RawMqtt later = new RawMqtt(port(responder))) {
            earlier.send(RawMqtt.subscribe(filter));
            earlier.awaitEnd();
            later.send(RawMqtt.connect(5, 2, "later"));
            later.next();
            later.send(RawMqtt.packet(0x82, new byte[] {0, 1, 0}, RawMqtt.string(filter), new byte[] {1}));
            later.awaitEnd();
        }
    }

    @Test
    void aPacketThatIsTooLargeIsRefusedByItsLength() throws Exception {
        try (Program responder = start();
                RawMqtt stranger = RawMqtt.connected(port(responder), "stranger")) {
            stranger.send(RawMqtt.header(0x30, 4 * MEBIBYTE + 1));
            stranger.awaitEnd();

            assertGoesOn(responder, "closed 1 connection that sent too large a packet");
        }
    }

    @Test
    void aPacketOfFourMebibytesIsDelivered() throws Exception {
        try (Program responder = start();
                RawMqtt client = RawMqtt.connected(port(responder), "client")) {
            client.send(RawMqtt.subscribe("large"));
            client.await(RawMqtt.SUBACK);
            byte[] packet = RawMqtt.publish("large", new byte[4 * MEBIBYTE - 9], false);
            client.send(packet);

            assertEquals(4 * MEBIBYTE, client.await(RawMqtt.PUBLISH).body().length);
        }
    }

    @Test
    void halfPacketsDoNotStarveOthers() throws Exception {
        List<RawMqtt> strangers = new ArrayList<>();
        try (Program responder = start()) {
            for (int i = 0; i < 30; i++) {
                RawMqtt stranger = RawMqtt.connected(port(responder), "stranger" + i);
                strangers.add(stranger);
                stranger.send(RawMqtt.header(0x30, 4 * MEBIBYTE));
                stranger.send(new byte[4 * MEBIBYTE - 1]);
            }

            assertGoesOn(responder, "closed \\d+ connections? with unfinished packets");
        } finally {
            close(strangers);
        }
    }

    @Test
    void nothingRemainsOfAnEndedConnection() throws Exception {
        try (Program responder = start()) {
            for (int i = 0; i < 2; i++) {
                try (RawMqtt client = new RawMqtt(port(responder))) {
                    client.send(RawMqtt.connect(4, 0, "client"));
                    assertEquals(0, client.next().body()[0], "session present");
                    client.send(RawMqtt.subscribe("a"));
                    client.await(RawMqtt.SUBACK);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "le0nh4rt.le0nh4rt, uppercase/response",
        "stranger::le0nh4rt, le0nh4rt/uppercase/response",
        "stranger, $share/le0nh4rt/le0nh4rt/uppercase/response",
        "stranger, $share/le0nh4rt.le0nh4rt/uppercase/response"
    })
    void noNameLetsAStrangerTakeTheMessagesOfAnother(String clientId, String filter) throws Exception {
        try (Program responder = start();
                RawMqtt stranger = RawMqtt.connected(port(responder), clientId);
                RawMqtt client = RawMqtt.connected(port(responder), "le0nh4rt")) {
            stranger.send(RawMqtt.subscribe(filter));
            stranger.await(RawMqtt.SUBACK);
            client.send(RawMqtt.subscribe("le0nh4rt/uppercase/response"));
            client.await(RawMqtt.SUBACK);
            for (int i = 0; i < 10; i++) {
                client.send(RawMqtt.publish("le0nh4rt/uppercase/response", new byte[] {(byte) i}, false));
            }

            for (int i = 0; i < 10; i++) {
                byte[] message = client.await(RawMqtt.PUBLISH).body();
                assertEquals(i, message[message.length - 1]);
            }
        }
    }

    @Test
    void aConnectionHasAHundredSubscriptions() throws Exception {
        try (Program responder = start();
                RawMqtt stranger = RawMqtt.connected(port(responder), "stranger")) {
            for (int i = 0; i < 100; i++) {
                stranger.send(RawMqtt.subscribe("a/" + i));
                stranger.await(RawMqtt.SUBACK);
            }
            stranger.send(RawMqtt.unsubscribe("a/0"));
            stranger.send(RawMqtt.subscribe("b"));
            stranger.await(RawMqtt.SUBACK);
            stranger.send(RawMqtt.subscribe("c"));
            stranger.awaitEnd();

            assertGoesOn(responder, "closed 1 connection that subscribed to more than 100 topic filters");
        }
    }

    @Test
    void retainedMessagesAreBounded() throws Exception {
        try (Program responder = start();
                RawMqtt stranger = RawMqtt.connected(port(responder), "stranger")) {
            for (int i = 0; i < 1100; i++) {
                stranger.send(RawMqtt.publish("kept/" + i, new byte[1], true));
                stranger.await(RawMqtt.PUBACK);
            }
            stranger.send(RawMqtt.subscribe("kept/1099"));
            stranger.await(RawMqtt.SUBACK);
            stranger.send(RawMqtt.subscribe("kept/0"));

            byte[] first = stranger.await(RawMqtt.PUBLISH).body();
            assertEquals("kept/0", new String(first, 2, 6, StandardCharsets.UTF_8));
            assertGoesOn(responder, "did not keep \\d+ retained messages?");
        }
    }

    /** Such a subscriber would fill the memory for messages, and the broker would drop everybody's messages. */
    @Test
    void aSubscriberThatDoesNotReadIsDisconnected() throws Exception {
        try (Program responder = start();
                RawMqtt stalled = RawMqtt.connected(port(responder), "stalled");
                RawMqtt publisher = RawMqtt.connected(port(responder), "publisher")) {
            stalled.send(RawMqtt.subscribe("x/#"));
            stalled.await(RawMqtt.SUBACK);
            for (int i = 0; i < 60; i++) {
                publisher.send(RawMqtt.publish("x/" + i % 10, new byte[MEBIBYTE], false));
                publisher.await(RawMqtt.PUBACK);
            }

            assertGoesOn(responder, "closed 1 connection that read too slowly");
        }
    }

    @Test
    void topicsWithoutSubscribersArePassing() throws Exception {
        try (Program responder = start();
                RawMqtt stranger = RawMqtt.connected(port(responder), "stranger")) {
            for (int i = 0; i < 50_000; i++) {
                stranger.send(RawMqtt.packet(0x30, RawMqtt.string("topic/" + i), new byte[1]));
            }

            assertGoesOn(responder, "dropped \\d+ messages? to new topics");
        }
    }

    @Test
    void httpIsNotSpoken() throws Exception {
        try (Program responder = start();
                RawMqtt page = new RawMqtt(port(responder))) {
            page.send(("GET / HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\nUpgrade: websocket\r\n"
                            + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqtt\r\n"
                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            page.awaitEnd();

            assertGoesOn(responder, "closed 1 connection that did not speak MQTT");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "json"})
    void messagesOfStrangersAreNotInTheLog(String format) throws Exception {
        try (Program responder = start("--log-format", format)) {
            int port = port(responder);
            for (int i = 0; i < 20; i++) {
                try (RawMqtt stranger = RawMqtt.connected(port, "stranger")) {
                    stranger.send(RawMqtt.subscribe(
                            i % 2 == 0
                                    ? "$share/x\u001b[31m\n12:00:00 INFO ready: FORGED LINE"
                                    : "a/".repeat(20_000) + "#"));
                    stranger.awaitEnd();
                }
            }
            responder.awaitStderr("embedded broker: closed \\d+ connections? that sent an invalid topic filter");
            responder.signal("TERM");

            List<String> stderr = responder.await().expect(0).stderr();
            assertTrue(stderr.size() < 10, stderr.toString());
            assertFalse(stderr.toString().contains("FORGED"), stderr.toString());
            // The first line is Java's, about its options.
            assertTrue(
                    stderr.stream()
                            .skip(1)
                            .allMatch(line -> line.matches(format.equals("json") ? "\\{.*}" : "[0-9:.]+ [A-Z]+ .*")),
                    stderr.toString());
        }
    }

    private static Program start(String... more) {
        List<String> arguments = new ArrayList<>(List.of("--embedded-broker", "-p", "0"));
        arguments.addAll(List.of(more));
        return Program.start(SMALL_HEAP, LAUNCHER, arguments.toArray(String[]::new));
    }

    private static int port(Program responder) {
        return Integer.parseInt(responder.awaitStderr("ready: [^\"]*:(\\d+)").group(1));
    }

    /**
     * Checks that a client gets an answer, that the log reports at most one line per second, and that SIGTERM works.
     */
    private static void assertGoesOn(Program responder, String said) throws Exception {
        responder.awaitStderr("WARN  embedded broker: " + said);
        Program.client("-p", Integer.toString(port(responder)), "le0nh4rt", "uppercase", "x")
                .await()
                .expect(0);
        responder.signal("TERM");
        List<String> stderr = responder.await().expect(0).stderr();
        assertTrue(stderr.size() < 30, stderr.toString());
    }

    private static void close(List<RawMqtt> connections) throws IOException {
        for (RawMqtt connection : connections) {
            connection.close();
        }
    }
}
