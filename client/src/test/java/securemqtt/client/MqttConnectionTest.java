package securemqtt.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import securemqtt.protocol.NetId;

/** Acts as the broker with bytes written out (MQTT 3.1.1, section 3). */
class MqttConnectionTest {
    private static final int TIMEOUT_SECONDS = 60;
    private static final Duration NEVER = Duration.ofHours(1);
    private static final int MAX_MESSAGE_LENGTH = 4;

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final BlockingQueue<Throwable> crashes = new LinkedBlockingQueue<>();
    private ServerSocket server;
    private Socket broker;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        if (broker != null) {
            broker.close();
        }
    }

    @Test
    void connectsWithTheNetIdAndReportsThatTheBrokerAccepted() throws Exception {
        try (MqttConnection connection = connection(NEVER, events::add)) {
            connection.connect();
            accept();

            assertEquals("10 0d 0004 4d515454 04 02 0e10 0001 61".replace(" ", ""), read());
            assertTrue(events.isEmpty());
            send("20020000");
            assertEquals(new Event.Connected("127.0.0.1:" + server.getLocalPort()), event());
        }
    }

    @Test
    void reportsAcknowledgementsOfItsOwnPacketIdentifiers() throws Exception {
        try (MqttConnection connection = connected(NEVER)) {
            connection.subscribe(List.of("b"));
            connection.publish("c", new byte[] {'x'});

            assertEquals("8206 0001 0001 62 01".replace(" ", ""), read());
            assertEquals("3206 0001 63 0002 78".replace(" ", ""), read());
            // The client did not use the packet identifiers of the first two packets.
            send("90030009 80" + "40020009" + "90030001 01" + "40020002" + "40020002" + "3003 0001 64");
            assertEquals(new Event.Subscribed(List.of(1)), event());
            assertEquals(new Event.Acknowledged(), event());
            assertInstanceOf(Event.Received.class, event());
        }
    }

    @Test
    void cutsALongMessageAndAcknowledgesIt() throws Exception {
        try (MqttConnection connection = connected(NEVER)) {
            send("330b 0001 64 0102 303132333435");

            assertEquals("40020102", read());
            Event.Received received = (Event.Received) event();
            assertEquals("d", received.topic());
            assertArrayEquals("01234".getBytes(StandardCharsets.US_ASCII), received.payload());
            assertTrue(received.retained());
            assertNotNull(connection);
        }
    }

    @Test
    void closeSendsQueuedPacketsAndDisconnectAndReportsNothing() throws Exception {
        MqttConnection connection = connected(NEVER);
        connection.publish("c", new byte[0]);
        connection.close();

        assertEquals("3205 0001 63 0001".replace(" ", ""), read());
        assertEquals("e000", read());
        assertEquals(-1, broker.getInputStream().read());
        assertNull(events.poll());
    }

    @Test
    void aConnectionThatTheBrokerClosesIsALoss() throws Exception {
        try (MqttConnection connection = connected(NEVER)) {
            broker.close();

            assertEquals(ExitCode.BROKER_UNREACHABLE, lost().exitCode());
            connection.publish("c", new byte[0]);
        }
    }

    @Test
    void aMalformedPacketIsALoss() throws Exception {
        try (MqttConnection connection = connected(NEVER)) {
            send("20020000");

            assertTrue(lost().problem().endsWith("was closed: the broker sent invalid MQTT"));
            assertNotNull(connection);
        }
    }

    @Test
    void pingsWhileIdleAndReportsALossWithoutAResponse() throws Exception {
        try (MqttConnection connection = connected(Duration.ofMillis(500))) {
            for (int i = 0; i < 4; i++) {
                assertEquals("c000", read());
                send("d000");
            }
            assertNull(events.poll());
            // The broker stops answering.
            assertTrue(lost().problem().endsWith("was lost"));
            assertNotNull(connection);
        }
    }

    @Test
    void publishDoesNotWaitForABrokerThatDoesNotRead() throws Exception {
        try (MqttConnection connection = connected(Duration.ofMillis(500))) {
            // More than the buffers of both sockets hold.
            connection.publish("c", new byte[64 << 20]);

            assertTrue(lost().problem().endsWith("was lost"));
        }
    }

    @Test
    void closeEndsAConnectionThatTheBrokerHasNotAccepted() throws Exception {
        MqttConnection connection = connection(NEVER, events::add);
        connection.connect();
        accept();
        read();
        connection.close();

        assertEquals(-1, broker.getInputStream().read());
        assertNull(events.poll());
    }

    @Test
    void reportsAnErrorInOneOfItsThreads() throws Exception {
        StackOverflowError fault = new StackOverflowError();
        try (MqttConnection connection = connection(NEVER, event -> {
            if (event instanceof Event.Received) {
                throw fault;
            }
            events.add(event);
        })) {
            handshake(connection);
            send("3003 0001 64");

            assertSame(fault, crashes.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS));
        }
    }

    private MqttConnection connection(Duration keepAlive, Consumer<Event> consumer) {
        Connection.Listener listener = new Connection.Listener() {
            @Override
            public void accept(Event event) {
                consumer.accept(event);
            }

            @Override
            public void crashed(Throwable cause) {
                crashes.add(cause);
            }
        };
        Broker address = new Broker("127.0.0.1", server.getLocalPort(), Broker.Trust.NO_TLS, Optional.empty());
        return new MqttConnection(address, new NetId("a"), MAX_MESSAGE_LENGTH, keepAlive, listener);
    }

    private MqttConnection connected(Duration keepAlive) throws Exception {
        MqttConnection connection = connection(keepAlive, events::add);
        handshake(connection);
        return connection;
    }

    private void handshake(MqttConnection connection) throws Exception {
        connection.connect();
        accept();
        read();
        send("20020000");
        assertInstanceOf(Event.Connected.class, event());
    }

    private void accept() throws IOException {
        broker = server.accept();
        broker.setSoTimeout(TIMEOUT_SECONDS * 1_000);
    }

    /** Reads one packet of less than 128 bytes and returns it in hexadecimal digits. */
    private String read() throws IOException {
        DataInputStream in = new DataInputStream(broker.getInputStream());
        byte[] packet = new byte[2];
        in.readFully(packet);
        byte[] body = new byte[packet[1]];
        in.readFully(body);
        return HexFormat.of().formatHex(packet) + HexFormat.of().formatHex(body);
    }

    private void send(String hex) throws IOException {
        broker.getOutputStream().write(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    private Event event() throws InterruptedException {
        Event event = events.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        assertNotNull(event, "nothing happened");
        return event;
    }

    private Failure lost() throws InterruptedException {
        return assertInstanceOf(Event.ConnectionLost.class, event()).failure();
    }
}
