package securemqtt.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The responder's page in a real browser. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageBrowserIT {
    private static final Path PICTURES = Program.HOME.resolve("testing/e2e/target/pictures");
    private static final String TEXT = "Networking is the best!";

    private Browser browser;
    private Program responder;
    private String port;
    private String address;

    @BeforeAll
    void startBrowser() throws IOException {
        browser = Browser.start();
        Files.createDirectories(PICTURES);
    }

    @AfterAll
    void closeBrowser() throws IOException {
        if (browser != null) {
            browser.close();
        }
    }

    @AfterEach
    void stopResponder() throws IOException {
        try {
            assertEquals(List.of(), browser.problems());
        } finally {
            if (responder != null) {
                responder.close();
            }
        }
    }

    @Test
    void anExchangeAppearsByItself() throws Exception {
        open();
        browser.awaitText("Nobody has sent a message yet.");

        exchange("le0nh4rt", "uppercase", TEXT);

        browser.awaitText("le0nh4rt/uppercase/response");
        browser.awaitText("✓ answered");
    }

    @Test
    void theAddressLosesItsToken() throws Exception {
        open();

        assertFalse(browser.url().contains("token"), browser.url());
        assertEquals("", browser.evaluate("document.cookie"));
    }

    /** A browser does not send a cookie of this kind with a redirect that another site began. */
    @Test
    void aLinkOnAnotherSiteOpensThePage() throws Exception {
        open();
        HttpServer site = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] link = ("<!doctype html><title>link</title><a href='" + address + "'>page</a>").getBytes(UTF_8);
        site.createContext("/", request -> {
            request.getResponseHeaders().set("Content-Type", "text/html");
            request.sendResponseHeaders(200, link.length);
            request.getResponseBody().write(link);
            request.close();
        });
        site.start();
        try {
            browser.open("http://127.0.0.1:" + site.getAddress().getPort() + "/");

            browser.click("a");

            browser.await("document.querySelector('#status')?.innerText === 'Live'");
        } finally {
            site.stop(0);
        }
    }

    @Test
    void theBrokersViewHasKeysAndTokensButNoText() throws Exception {
        open();
        Program.Result client = Program.client("-v", "-p", port, "le0nh4rt", "uppercase", TEXT)
                .await()
                .expect(0);
        browser.awaitText("le0nh4rt/uppercase/response");

        String page = browser.text();
        for (String part : List.of(
                "Diffie-Hellman (PKCS#3)",
                "the lab's",
                "4096 bits",
                "version",
                "IV",
                "HMAC",
                "QoS 1",
                "without the retain flag")) {
            assertTrue(page.contains(part), () -> part + " is missing in " + page);
        }
        assertFalse(page.contains(TEXT) || page.contains(TEXT.toUpperCase(Locale.ROOT)), page);
        String fingerprint = client.stderr().stream()
                .flatMap(line -> Pattern.compile("[0-9a-f]{64}").matcher(line).results())
                .map(MatchResult::group)
                .findFirst()
                .orElseThrow();
        assertTrue(page.contains(fingerprint.substring(0, 48)), () -> fingerprint + " is missing in " + page);
    }

    @Test
    void theEndsViewHasTextAndAnswer() throws Exception {
        open();
        exchange("le0nh4rt", "uppercase", TEXT);
        browser.awaitText("le0nh4rt/uppercase/response");

        browser.click("input[value=ends]");

        browser.awaitText("NETWORKING IS THE BEST!");
        browser.awaitText(TEXT);
        browser.awaitText("HKDF-SHA256");
    }

    @Test
    void oneKeyChangesBetweenTheViews() throws Exception {
        open();
        exchange("le0nh4rt", "uppercase", TEXT);
        browser.awaitText("le0nh4rt/uppercase/response");

        browser.press("v");
        browser.awaitText("NETWORKING IS THE BEST!");
        browser.press("v");

        browser.await("!document.body.innerText.includes('NETWORKING IS THE BEST!')");
    }

    @Test
    void aMistakeIsNamedWithWhatToDo() throws Exception {
        open();

        mistaken("split-halves-swapped");

        browser.awaitText("✕ refused: split-halves-swapped");
        browser.awaitText("[split-halves-swapped, proved]");
        browser.awaitText("what to do");
    }

    @Test
    void aMistakeThatOnlyTheBrokerSeesIsShownAtTheBroker() throws Exception {
        open();

        mistaken("topic-leading-slash");

        browser.awaitText("client to broker: /topic-leading-slash/key-exchange/request");
        browser.awaitText("✕ a mistake that only the broker sees: topic-leading-slash");
    }

    @Test
    void markupInNetIdsAndTextsIsText() throws Exception {
        String netId = "<img src=x onerror=\"document.title='attacked'\">";
        open();

        exchange(netId, "lowercase", netId + "<script>document.title='attacked'</script>");
        browser.awaitText(netId + "/lowercase/response");
        browser.click("input[value=ends]");

        browser.awaitText("</script>");
        assertEquals("Secure MQTT exchanges", browser.evaluate("document.title"));
        assertEquals(0, browser.evaluate("document.querySelectorAll('img, body script, iframe').length"));
    }

    @Test
    void charactersThatChangeTheDirectionOfTextAreVisible() throws Exception {
        open();

        exchange("le\u202e0nh4rt", "uppercase", "x");

        browser.awaitText("le\\u{202e}0nh4rt");
    }

    @Test
    void theKeyboardReachesEverything() throws Exception {
        open();
        exchange("first", "uppercase", TEXT);
        browser.awaitText("first/uppercase/response");
        exchange("second", "uppercase", TEXT);
        browser.await("document.querySelectorAll('#netids button').length === 2");

        Set<String> reached = new TreeSet<>();
        for (int i = 0; i < 40; i++) {
            browser.press("Tab");
            reached.add((String) browser.evaluate("document.activeElement === document.body ? 'body'"
                    + " : document.activeElement.dataset.key ?? document.activeElement.value"
                    + " ?? document.activeElement.innerText"));
        }

        assertTrue(
                reached.containsAll(
                        List.of("Skip to the exchange", "Exchanges", "Class", "netid first", "netid second", "broker")),
                reached.toString());
        assertTrue(reached.stream().anyMatch(key -> key.startsWith("exchange ")), reached.toString());
        assertTrue(reached.stream().anyMatch(key -> key.startsWith("copy the payload")), reached.toString());
    }

    @Test
    void aNetIdIsChosenByTheKeyboardAndKeepsTheFocus() throws Exception {
        open();
        exchange("first", "uppercase", TEXT);
        browser.awaitText("first/uppercase/response");
        exchange("second", "uppercase", TEXT);
        browser.await("document.querySelectorAll('#netids button').length === 2");

        browser.evaluate("[...document.querySelectorAll('#netids button')][0].focus()");
        browser.press("Enter");

        browser.await("document.querySelector('#netid').innerText === 'second'");
        browser.awaitText("second/uppercase/response");
        exchange("third", "uppercase", TEXT);
        browser.awaitText("third");
        assertEquals("netid second", browser.evaluate("document.activeElement.dataset.key"));
    }

    @Test
    void aThousandExchangesLeaveThePageUsable() throws Exception {
        open();

        ManyClientsIT.expectAllAnswered(port);
        exchange("le0nh4rt", "uppercase", TEXT);

        browser.await("document.querySelector('#netids .name')?.innerText === 'le0nh4rt'");
        assertEquals(200, browser.evaluate("document.querySelectorAll('#netids li').length"));
        browser.click("#netids button");
        browser.awaitText("le0nh4rt/uppercase/response");
    }

    @Test
    void aBrokerAndAResponderThatAreAwayAreReported(@TempDir Path folder) throws Exception {
        int brokerPort = Mosquitto.freePort();
        int pagePort = Mosquitto.freePort();
        try (Mosquitto mosquitto = Mosquitto.start(folder, brokerPort, "allow_anonymous true")) {
            open("-p", Integer.toString(mosquitto.port()), "--page-port", Integer.toString(pagePort));
            browser.await("document.querySelector('#status').innerText === 'Live'");
        }
        browser.awaitText("The responder has no connection to the broker");
        try (Mosquitto mosquitto = Mosquitto.start(folder, brokerPort, "allow_anonymous true")) {
            browser.await("document.querySelector('#status').innerText === 'Live'");
            port = Integer.toString(mosquitto.port());
            exchange("le0nh4rt", "uppercase", TEXT);
            browser.awaitText("le0nh4rt/uppercase/response");

            responder.close();
            browser.awaitText("The responder does not answer; trying again. This is the state of ");
            responder = Program.responder("-p", port, "--page-port", Integer.toString(pagePort));
            browser.awaitText("The responder was started again. Open the address in its log.");
        }
    }

    @Test
    void withoutJavaScriptThePageSaysSo() throws Exception {
        open();

        browser.openWithoutJavaScript(address);

        browser.awaitText("This page needs JavaScript.");
    }

    /** Also makes the pictures of the documents. */
    @Test
    void eachStateIsAccessibleInLightAndDarkAndFitsASmallScreen() throws Exception {
        open();
        browser.awaitText("Nobody has sent a message yet.");
        check("waiting");
        exchange("le0nh4rt", "uppercase", TEXT);
        exchange("cl0ud", "reverse", "Is this private?");
        browser.await("document.querySelectorAll('#netids .state.good').length === 2");
        browser.evaluate("document.querySelectorAll('#netids button')[1].click()");
        browser.awaitText("le0nh4rt/uppercase/response");
        browser.click("input[value=ends]");
        browser.awaitText("NETWORKING IS THE BEST!");
        check("answered");
        mistaken("kdf-plain-sha256");
        browser.await("document.querySelectorAll('#netids button').length === 3");
        browser.click("#netids button");
        browser.awaitText("[kdf-plain-sha256, proved]");
        browser.click("input[value=broker]");
        check("refused");
        mistaken("split-halves-swapped");
        mistaken("qos-0");
        browser.open(address + "&view=class");
        browser.awaitText("split-halves-swapped: 1 NetID");
        assertFalse(browser.text().contains("le0nh4rt"), browser.text());
        check("class");
    }

    private void check(String state) throws IOException {
        browser.setSize(320, 640);
        assertEquals(
                320, browser.evaluate("document.documentElement.scrollWidth"), state + " is wider than a small screen");
        browser.setSize(1200, 900);
        for (String scheme : List.of("light", "dark")) {
            browser.setColorScheme(scheme);
            assertEquals(List.of(), browser.accessibilityViolations(), state + ", " + scheme);
            browser.takePicture(PICTURES.resolve("page-" + state + "-" + scheme + ".png"));
        }
    }

    private void open() throws IOException {
        open("--embedded-broker", "-p", "0", "--page-port", "0");
        port = responder.awaitStderr("ready: .*:(\\d+)$").group(1);
    }

    private void open(String... options) throws IOException {
        responder = Program.responder(options);
        responder.awaitStderr("ready: ");
        address = responder
                .awaitStderr("INFO  page at (http://localhost:\\d+/\\?token=\\S+)$")
                .group(1);
        assertEquals(200, browser.open(address));
    }

    private void exchange(String netId, String action, String text) {
        Program.client("-p", port, "--", netId, action, text).await().expect(0);
    }

    private void mistaken(String mistake) {
        Program.start(
                        Peers.requirePython(),
                        "-B",
                        Program.HOME
                                .resolve("testing/e2e/src/test/python/mistaken.py")
                                .toString(),
                        "--port",
                        port,
                        "--params",
                        Program.HOME.resolve("dhparam4096.pem").toString(),
                        mistake)
                .await()
                .expect(0);
    }
}
