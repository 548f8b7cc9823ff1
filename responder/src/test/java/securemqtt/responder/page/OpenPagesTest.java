package securemqtt.responder.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import securemqtt.protocol.Refusal;
import securemqtt.responder.channel.ReceivedMessage;

class OpenPagesTest {
    private static final long PATIENCE_SECONDS = 60;

    private final Vertx vertx = Vertx.vertx();
    private final Recording recording = new Recording(InstantSource.system(), new ClassCounts());
    private final OpenPages pages =
            new OpenPages(vertx, recording, () -> new JsonObject().put("sessions", 3), () -> true);
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private HttpServer server;

    @BeforeEach
    void listen() throws Exception {
        server = vertx.createHttpServer(new HttpServerOptions().setSendBufferSize(4_096))
                .connectionHandler(connection -> connection.closeHandler(end -> closed.complete(null)))
                .requestHandler(request -> pages.open(request, request.path().equals("/class")))
                .listen(0, "localhost")
                .toCompletionStage()
                .toCompletableFuture()
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() {
        vertx.close();
    }

    @Test
    void aPageGetsAllThatIsRecordedAndThenTheChanges() throws Exception {
        refuse("first");
        try (Socket page = open("/")) {
            BufferedReader events = events(page);
            assertEquals("{\"connected\":true}", next(events, "state"));
            assertTrue(next(events, "all").contains("\"netid\":\"first\""));

            refuse("second");

            String changes = next(events, "netids");
            assertTrue(changes.contains("second") || next(events, "netids").contains("second"), changes);
        }
    }

    @Test
    void aClassViewGetsNumbersAndNoNetIds() throws Exception {
        refuse("first");
        try (Socket page = open("/class")) {
            BufferedReader events = events(page);
            assertEquals("{\"connected\":true}", next(events, "state"));
            assertEquals("{\"sessions\":3}", next(events, "counts"));
            refuse("second");
            assertEquals("{\"sessions\":3}", next(events, "counts"));
        }
    }

    @Test
    void aPageThatDoesNotReadIsDropped() throws Exception {
        try (Socket page = open("/")) {
            assertTrue(page.isConnected());
            while (true) {
                for (int i = 0; i < Recording.MAX_NETIDS; i++) {
                    refuse("n" + i);
                }
                try {
                    closed.get(50, TimeUnit.MILLISECONDS);
                    break;
                } catch (TimeoutException e) {
                    // The page has not missed enough yet.
                }
            }
        }
    }

    private Socket open(String path) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        socket.connect(new InetSocketAddress("localhost", server.actualPort()));
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static BufferedReader events(Socket page) throws IOException {
        return new BufferedReader(new InputStreamReader(page.getInputStream(), StandardCharsets.UTF_8));
    }

    /** The data of the next event, which must have this name. */
    private static String next(BufferedReader events, String name) throws IOException {
        String line = events.readLine();
        while (!line.startsWith("event: ")) {
            line = events.readLine();
        }
        if (line.equals("event: state") && !name.equals("state")) {
            return next(events, name);
        }
        assertEquals("event: " + name, line);
        return events.readLine().substring("data: ".length());
    }

    private void refuse(String netId) {
        recording.refused(
                new ReceivedMessage(1, Instant.now(), netId + "/reverse/request", 1, false, new byte[0]),
                Refusal.NO_SESSION);
    }
}
