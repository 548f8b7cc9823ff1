package securemqtt.responder.broker.embedded;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {

    private static final String HOST = "localhost";
    private static final String TOPIC = "s1234567/token/request";

    private static Vertx vertx;

    @BeforeAll
    static void openVertx() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void closeVertx() throws Exception {
        await(vertx.close());
    }

    @Test
    void deliversAQos1PublishToAWildcardSubscriberAtQos1() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(HOST, 0)) {
            CompletableFuture<MqttPublishMessage> received = subscribe(connect(broker.port()), "+/+/request");

            publish(connect(broker.port()), Buffer.buffer("hello"), false);

            MqttPublishMessage message = await(received);
            assertEquals(TOPIC, message.topicName());
            assertEquals(MqttQoS.AT_LEAST_ONCE, message.qosLevel());
            assertEquals("hello", message.payload().toString());
        }
    }

    @Test
    void deliversAPayloadOfOneAndAHalfMebibytes() throws Exception {
        byte[] payload = new byte[3 << 19];
        new Random(1).nextBytes(payload);
        try (EmbeddedBroker broker = EmbeddedBroker.start(HOST, 0)) {
            CompletableFuture<MqttPublishMessage> received = subscribe(connect(broker.port()), TOPIC);

            publish(connect(broker.port()), Buffer.buffer(payload), false);

            assertArrayEquals(payload, await(received).payload().getBytes());
        }
    }

    @Test
    void givesARetainedMessageToALaterSubscriber() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(HOST, 0)) {
            publish(connect(broker.port()), Buffer.buffer("kept"), true);

            MqttPublishMessage message = await(subscribe(connect(broker.port()), "#"));

            assertEquals("kept", message.payload().toString());
            assertTrue(message.isRetain());
        }
    }

    @Test
    void isReachedAtTheIpv4LoopbackWhenItListensOnLocalhost() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start("localhost", 0)) {
            assertTrue(connect("127.0.0.1", broker.port()).isConnected());
        }
    }

    @Test
    void isReachableAtLocalhostWhenItListensOnEveryNetwork() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start("0.0.0.0", 0)) {
            assertEquals("localhost", broker.host());
            assertTrue(connect(broker.host(), broker.port()).isConnected());
        }
    }

    @Test
    void closesAConnectionBeyondTheLimitAndServesTheOthers() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(HOST, 0, 2)) {
            MqttClient first = connect(broker.port());
            MqttClient second = connect(broker.port());

            assertThrows(Exception.class, () -> connect(broker.port()));

            CompletableFuture<MqttPublishMessage> received = subscribe(first, TOPIC);
            publish(second, Buffer.buffer("hello"), false);
            assertEquals("hello", await(received).payload().toString());
        }
    }

    @Test
    void explainsThatAPortIsInUse() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            int port = other.getLocalPort();
            IOException refusal = assertThrows(IOException.class, () -> EmbeddedBroker.start(HOST, port));
            assertEquals("port " + port + " on localhost is already in use", refusal.getMessage());
        }
    }

    @Test
    void explainsThatAHostIsUnknown() {
        IOException refusal = assertThrows(IOException.class, () -> EmbeddedBroker.start("nowhere.invalid", 0));
        assertEquals("unknown host nowhere.invalid", refusal.getMessage());
    }

    @Test
    void explainsThatAnAddressIsNotOfThisMachine() {
        IOException refusal = assertThrows(IOException.class, () -> EmbeddedBroker.start("192.0.2.1", 0));
        assertEquals("192.0.2.1 is not an address of this machine", refusal.getMessage());
    }

    @Test
    void disconnectsItsClientsAndFreesThePortWhenClosed() throws Exception {
        EmbeddedBroker broker = EmbeddedBroker.start(HOST, 0);
        int port = broker.port();
        CompletableFuture<Void> disconnected = new CompletableFuture<>();
        connect(port).closeHandler(disconnected::complete);

        broker.close();
        broker.close();

        await(disconnected);
        EmbeddedBroker.start(HOST, port).close();
    }

    /** Runs the broker in a separate JVM, whose working and temporary folders no other program uses. */
    @Test
    void writesNoFile(@TempDir Path folder) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Djava.io.tmpdir=" + folder);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), BrokerUntilEndOfInput.class.getName()));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader output = process.inputReader()) {
            publish(connect(Integer.parseInt(output.readLine())), Buffer.buffer(new byte[1 << 20]), true);
            process.getOutputStream().close();
            assertEquals(0, process.waitFor());
        } finally {
            process.destroyForcibly();
        }
        try (Stream<Path> written = Files.list(folder)) {
            assertEquals(List.of(), written.toList());
        }
    }

    static final class BrokerUntilEndOfInput {
        public static void main(String[] args) throws IOException {
            try (EmbeddedBroker broker = EmbeddedBroker.start(HOST, 0)) {
                System.out.println(broker.port());
                System.in.transferTo(System.out);
            }
        }
    }

    private static MqttClient connect(int port) throws Exception {
        return connect(HOST, port);
    }

    private static MqttClient connect(String host, int port) throws Exception {
        MqttClient client = MqttClient.create(vertx, new MqttClientOptions().setMaxMessageSize(2 << 20));
        await(client.connect(port, host));
        return client;
    }

    /** Completes with the first message. Returns once the broker has granted QoS 1. */
    private static CompletableFuture<MqttPublishMessage> subscribe(MqttClient client, String filter) throws Exception {
        CompletableFuture<MqttPublishMessage> received = new CompletableFuture<>();
        CompletableFuture<List<Integer>> granted = new CompletableFuture<>();
        client.publishHandler(received::complete);
        client.subscribeCompletionHandler(ack -> granted.complete(ack.grantedQoSLevels()));
        await(client.subscribe(filter, 1));
        assertEquals(List.of(1), await(granted));
        return received;
    }

    /** Publishes at QoS 1. Returns once the broker has acknowledged the message. */
    private static void publish(MqttClient client, Buffer payload, boolean retain) throws Exception {
        CompletableFuture<Integer> acknowledged = new CompletableFuture<>();
        client.publishCompletionHandler(acknowledged::complete);
        int id = await(client.publish(TOPIC, payload, MqttQoS.AT_LEAST_ONCE, false, retain));
        assertEquals(id, await(acknowledged));
    }

    private static <T> T await(Future<T> future) throws Exception {
        return await(future.toCompletionStage().toCompletableFuture());
    }

    private static <T> T await(CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }
}
