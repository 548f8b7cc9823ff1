package securemqtt.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The responder's page by HTTP alone: who may read what. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageIT {
    private static final Pattern ADDRESS = Pattern.compile("http://localhost:(\\d+)(/\\?token=\\S+)$");

    private Program responder;
    private String brokerPort;
    private int port;
    private String login;

    @BeforeAll
    void start() {
        responder = Program.start(
                Map.of("JDK_JAVA_OPTIONS", "-Xmx256m"),
                Program.HOME.resolve("secure_mqtt_responder").toString(),
                "--embedded-broker",
                "-p",
                "0",
                "--page-port",
                "0");
        brokerPort = responder.awaitStderr("ready: .*:(\\d+)$").group(1);
        Matcher address =
                ADDRESS.matcher(responder.awaitStderr("INFO  page at (.*)$").group(1));
        assertTrue(address.matches());
        port = Integer.parseInt(address.group(1));
        login = address.group(2);
    }

    @AfterAll
    void stop() {
        responder.close();
    }

    private record Answer(int status, String head, String body) {
        /** Whether a header begins so. */
        boolean hasHeader(String beginning) {
            return head.toLowerCase(Locale.ROOT).contains("\r\n" + beginning);
        }
    }

    @Test
    void theTokenIsExchangedForACookieThatIsNeededForEverything() throws Exception {
        for (String path :
                List.of("/", "/page.js", "/page.css", "/events", "/exchanges?netid=a", "/?token=wrong", "/no")) {
            assertEquals(401, get(path, "").status(), path);
        }

        Answer answer = get(login, "");

        assertEquals(200, answer.status());
        assertTrue(answer.hasHeader("refresh: 0; url=/\r\n"), answer.head());
        Matcher cookie = Pattern.compile("(?i)set-cookie: (\\S+); Path=/; HttpOnly; SameSite=Strict\r\n")
                .matcher(answer.head());
        assertTrue(cookie.find(), answer.head());
        assertFalse(login.contains(cookie.group(1).replaceFirst(".*=", "")));
        Answer page = get("/", "Cookie: " + cookie.group(1) + "\r\n");
        assertEquals(200, page.status());
        assertTrue(page.body().contains("<title>Secure MQTT exchanges</title>"));
    }

    @Test
    void everyAnswerForbidsForeignContent() throws Exception {
        for (Answer answer : List.of(get("/", ""), get("/", cookie()), get(login, ""))) {
            assertTrue(answer.hasHeader("content-security-policy: default-src 'none';"), answer.head());
            assertTrue(answer.hasHeader("cache-control: no-store"), answer.head());
            assertTrue(answer.hasHeader("referrer-policy: no-referrer"), answer.head());
            assertFalse(answer.hasHeader("access-control-allow"), answer.head());
        }
    }

    @Test
    void aRequestWithAnotherHostOrOriginIsRefused() throws Exception {
        String cookie = cookie();

        assertEquals(
                403,
                send("GET / HTTP/1.1\r\nHost: attacker.example:" + port + "\r\n" + cookie)
                        .status());
        assertEquals(
                403,
                send("GET " + login + " HTTP/1.1\r\nHost: attacker.example\r\n").status());
        assertEquals(
                403,
                get("/exchanges?netid=a", cookie + "Origin: http://attacker.example\r\n")
                        .status());
        assertEquals(403, get("/events", cookie + "Origin: null\r\n").status());
        assertEquals(
                200,
                get("/", cookie + "Origin: http://localhost:" + port + "\r\n").status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"})
    void otherMethodsAreRefused(String method) throws Exception {
        assertEquals(
                405,
                send(method + " / HTTP/1.1\r\nHost: localhost\r\n" + cookie()).status());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../../etc/passwd",
                "/..%2f..%2fetc/passwd",
                "/page.js/../../application.properties",
                "/application.properties",
                "/page.html",
                "//page.js",
                "/q/health",
                "/q/metrics",
                "/page.js%00",
                "/exchanges?netid=a&id=1",
                "/exchanges?netid=a&id=..%2f",
            })
    void nothingElseIsServed(String path) throws Exception {
        assertEquals(404, get(path, cookie()).status());
    }

    @Test
    void anAddressThatIsNoUrlIsRefused() throws Exception {
        assertEquals(400, get("/exchanges?netid=%zz", cookie()).status());
    }

    @Test
    void textsAreReadOnlyWithTheCookie() throws Exception {
        Program.client("-p", brokerPort, "le0nh4rt", "uppercase", "secret")
                .await()
                .expect(0);

        String cookie = cookie();
        JsonArray exchanges =
                new JsonArray(get("/exchanges?netid=le0nh4rt", cookie).body());
        int id = exchanges.getJsonObject(0).getInteger("id");
        assertTrue(get("/exchanges?netid=le0nh4rt&id=" + id, cookie).body().contains("SECRET"));
        Answer refused = get("/exchanges?netid=le0nh4rt&id=" + id, "");
        assertEquals(401, refused.status());
        assertFalse(refused.body().contains("SECRET"));
    }

    @Test
    void elevenPagesAreOneTooMany() throws Exception {
        String cookie = cookie();
        List<Socket> pages = new ArrayList<>();
        try {
            for (int i = 0; i < 10; i++) {
                pages.add(openEvents(cookie));
            }
            assertEquals(503, get("/events", cookie).status());

            pages.remove(0).close();

            // The server notices that the page is closed a moment later.
            while (get("/events", cookie, false).status() == 503) {
                Thread.onSpinWait();
            }
        } finally {
            for (Socket page : pages) {
                page.close();
            }
        }
    }

    @Test
    void tenThousandRequestsAreRefusedAndAnswersGoOn() throws Exception {
        for (int connection = 0; connection < 10; connection++) {
            try (Socket socket = connect()) {
                String request = "GET /?token=wrong HTTP/1.1\r\nHost: localhost\r\n\r\n";
                socket.getOutputStream().write(request.repeat(1_000).getBytes(StandardCharsets.US_ASCII));
                socket.shutdownOutput();
                String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                assertEquals(1_000, answers.split("HTTP/1.1 401 ", -1).length - 1);
            }
        }

        Program.client("-p", brokerPort, "le0nh4rt", "uppercase", "x").await().expect(0);
    }

    @Test
    void aPortThatIsTakenIsReportedAtTheStart() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Program.Result result = Program.responder("--page-port", Integer.toString(taken.getLocalPort()))
                    .await()
                    .expect(5);

            assertEquals(
                    "secure_mqtt_responder: error: the page port: port " + taken.getLocalPort()
                            + " on localhost is already in use",
                    result.stderr().get(0));
        }
    }

    @Test
    void aPageForOtherComputersComesWithAWarning() {
        try (Program open = Program.responder("-p", brokerPort, "--page-port", "0", "--page-host", "0.0.0.0")) {
            open.awaitStderr(
                    "WARN  page: everybody who can reach 0\\.0\\.0\\.0:\\d+ and has the page's address can read"
                            + " the NetIDs, texts and answers of all clients");
            open.awaitStderr("INFO  page at http://localhost:");
        }
    }

    /** The header with the cookie. */
    private String cookie() throws IOException {
        Matcher cookie = Pattern.compile("(?i)set-cookie: ([^;]+);")
                .matcher(get(login, "").head());
        assertTrue(cookie.find());
        return "Cookie: " + cookie.group(1) + "\r\n";
    }

    private Answer get(String path, String headers) throws IOException {
        return get(path, headers, true);
    }

    private Answer get(String path, String headers, boolean whole) throws IOException {
        return send("GET " + path + " HTTP/1.1\r\nHost: localhost:" + port + "\r\n" + headers, whole);
    }

    private Answer send(String head) throws IOException {
        return send(head, true);
    }

    /** @param whole whether to wait for the body, which events do not end */
    private Answer send(String head, boolean whole) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write((head + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            String answer = whole ? new String(in.readAllBytes(), StandardCharsets.UTF_8) : line(in) + "\r\n\r\n";
            int end = answer.indexOf("\r\n\r\n");
            return new Answer(
                    Integer.parseInt(answer.split(" ")[1]), answer.substring(0, end + 2), answer.substring(end + 4));
        }
    }

    private static String line(InputStream in) throws IOException {
        return new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII)).readLine();
    }

    private Socket connect() throws IOException {
        return new Socket("localhost", port);
    }

    private Socket openEvents(String cookie) throws IOException {
        Socket socket = connect();
        socket.getOutputStream()
                .write(("GET /events HTTP/1.1\r\nHost: localhost\r\n" + cookie + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        assertEquals("HTTP/1.1 200 OK", line(socket.getInputStream()));
        return socket;
    }
}
