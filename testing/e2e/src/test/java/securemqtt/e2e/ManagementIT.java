package securemqtt.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the responder tells those who watch over it: health, metrics, log lines for programs. */
class ManagementIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern SAMPLE = Pattern.compile("(?m)^(\\w+)(?:\\{(.*)\\})? (\\S+)$");
    private static final Pattern FAMILY = Pattern.compile("(?m)^# TYPE (\\w+) (\\w+)$");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");
    /** A row of the table in docs/responder.md: the metric, its kind, its labels. */
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(secure_mqtt_\\w+)` \\| (\\w+) \\| ([^|]*)\\|");

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void noPortIsOpenUnlessAskedFor() throws Exception {
        try (Program responder = Program.responder("-p", Integer.toString(Mosquitto.freePort()))) {
            responder.awaitStderr("no broker at ");

            assertEquals(Set.of(), listening(responder));
        }
    }

    @Test
    void onlyTheManagementPortIsOpenAndForThisComputerOnly() throws Exception {
        try (Program responder =
                Program.responder("-p", Integer.toString(Mosquitto.freePort()), "--management-port", "0")) {
            int port = managementPort(responder);
            responder.awaitStderr("no broker at ");

            Set<String> listening = listening(responder);
            assertEquals(1, listening.size(), listening.toString());
            // 127.0.0.1 the way Linux writes it, and the port.
            String expected = String.format("0100007F:%04X", port);
            assertTrue(listening.iterator().next().endsWith(expected), () -> listening + " is not " + expected);
        }
    }

    /** Where a process listens, as address and port in Linux's hexadecimal form. */
    private static Set<String> listening(Program program) throws IOException {
        Path process = Path.of("/proc", Long.toString(program.pid()));
        assumeTrue(Files.isDirectory(process), "skipped: only Linux tells");
        Set<String> sockets = new HashSet<>();
        try (Stream<Path> files = Files.list(process.resolve("fd"))) {
            for (Path file : files.toList()) {
                sockets.add(
                        Files.isSymbolicLink(file)
                                ? Files.readSymbolicLink(file).toString()
                                : "");
            }
        }
        Set<String> listening = new HashSet<>();
        for (String table : List.of("net/tcp", "net/tcp6")) {
            for (String line : Files.readAllLines(process.resolve(table))) {
                String[] fields = line.strip().split("\\s+");
                if (fields[3].equals("0A") && sockets.contains("socket:[" + fields[9] + "]")) {
                    listening.add(fields[1]);
                }
            }
        }
        return listening;
    }

    @Test
    void healthFollowsTheBroker(@TempDir Path folder) throws Exception {
        int port = Mosquitto.freePort();
        try (Program responder = Program.responder("-p", Integer.toString(port), "--management-port", "0")) {
            int management = managementPort(responder);
            responder.awaitStderr("no broker at ");
            assertHealth(management, 200, 503, 503);

            try (Mosquitto mosquitto = Mosquitto.start(folder, port, "allow_anonymous true")) {
                responder.awaitStderr("ready: .*:" + mosquitto.port());
                assertHealth(management, 200, 200, 200);
            }
            responder.awaitStderr("lost the connection to the broker at ");
            assertHealth(management, 200, 503, 200);

            try (Mosquitto mosquitto = Mosquitto.start(folder, port, "allow_anonymous true")) {
                // The second line that says ready looks like the first.
                awaitStatus(management, "ready", 200);
                assertHealth(management, 200, 200, 200);
                Program.client("-p", Integer.toString(mosquitto.port()), "back", "reverse", "x")
                        .await()
                        .expect(0);
            }
        }
    }

    private void assertHealth(int port, int live, int ready, int started) throws Exception {
        assertEquals(
                Map.of("live", live, "ready", ready, "started", started),
                Map.of(
                        "live",
                        status(port, "live"),
                        "ready",
                        status(port, "ready"),
                        "started",
                        status(port, "started")));
    }

    private void awaitStatus(int port, String probe, int expected) throws Exception {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (status(port, probe) != expected) {
            assertTrue(Instant.now().isBefore(deadline), probe + " did not become " + expected);
        }
    }

    private int status(int port, String probe) throws Exception {
        return get(port, "/q/health/" + probe).statusCode();
    }

    @Test
    void exchangesAndRefusalsAreCounted() throws Exception {
        try (Program responder = Program.responder("--embedded-broker", "-p", "0", "--management-port", "0")) {
            int management = managementPort(responder);
            String port = brokerPort(responder);
            Program.client("-p", port, "le0nh4rt", "title-case", "x").await().expect(0);
            try (Observer observer = new Observer(Integer.parseInt(port), "nothing")) {
                observer.publish("junk-1/key-exchange/request", new byte[] {1}, false);
                observer.publish("junk-2/reverse/request", new byte[] {1}, false);
                observer.publish("junk-3/explode/request", new byte[] {1}, false);
            }

            Map<String, Double> expected = new TreeMap<>(Map.of(
                    "secure_mqtt_key_exchanges_total{outcome=\"answered\"}", 1.0,
                    "secure_mqtt_key_exchanges_total{outcome=\"refused\"}", 1.0,
                    "secure_mqtt_actions_total{action=\"title-case\",outcome=\"answered\"}", 1.0,
                    "secure_mqtt_actions_total{action=\"reverse\",outcome=\"refused\"}", 1.0,
                    "secure_mqtt_refusals_total{reason=\"key-not-pem\"}", 1.0,
                    "secure_mqtt_refusals_total{reason=\"no-session\"}", 1.0,
                    "secure_mqtt_refusals_total{reason=\"topic-unknown-action\"}", 1.0,
                    "secure_mqtt_sessions", 1.0,
                    "secure_mqtt_broker_connected", 1.0));
            expected.put("secure_mqtt_mistakes_total{mistake=\"order-no-key-exchange\"}", 1.0);
            awaitCounters(management, expected);

            String metrics = get(management, "/q/metrics").body();
            Map<String, Double> samples = samples(metrics);
            for (String kind : List.of("key_exchange", "action")) {
                String duration = "secure_mqtt_" + kind + "_duration_seconds";
                assertEquals(1.0, samples.get(duration + "_count"));
                assertEquals(1.0, samples.get(duration + "_bucket{le=\"60.0\"}"));
            }
            assertFalse(
                    metrics.contains("le0nh4rt") || metrics.contains("junk") || metrics.contains("explode"), metrics);
        }
    }

    @Test
    void messagesRefusedAtTheVeryStartAreCounted(@TempDir Path folder) throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder);
                Observer observer = new Observer(mosquitto.port(), "nothing")) {
            observer.publish("kept/reverse/request", new byte[] {1}, true);

            try (Program responder =
                    Program.responder("-p", Integer.toString(mosquitto.port()), "--management-port", "0")) {
                int management = managementPort(responder);
                responder.awaitStderr("refused [a-z-]+, retained: ");

                awaitCounters(
                        management,
                        Map.of(
                                "secure_mqtt_mistakes_total{mistake=\"retain\"}",
                                1.0,
                                "secure_mqtt_refusals_total{reason=\"retained\"}",
                                1.0,
                                "secure_mqtt_broker_connected",
                                1.0));
            }
        }
    }

    /** Quarkus lets a page of any origin read it. */
    @Test
    void aWebPageLearnsNothing() throws Exception {
        try (Program responder = Program.responder("--embedded-broker", "-p", "0", "--management-port", "0")) {
            int port = managementPort(responder);

            for (String path : List.of("/q/health/ready", "/q/metrics")) {
                // Before some requests a browser asks whether the page may make them.
                for (String method : List.of("GET", "OPTIONS")) {
                    HttpResponse<String> page = request(
                            method,
                            port,
                            path,
                            "Origin",
                            "https://evil.example",
                            "Access-Control-Request-Method",
                            "GET");
                    assertEquals(403, page.statusCode());
                    assertEquals("", page.body());
                    assertEquals(Optional.empty(), page.headers().firstValue("Access-Control-Allow-Origin"));
                }
                assertEquals(Optional.empty(), get(port, path).headers().firstValue("Access-Control-Allow-Origin"));
            }
        }
    }

    /** Waits until what is expected is all that is not 0, histograms left out: a counter may be later than the answer. */
    private void awaitCounters(int port, Map<String, Double> expected) throws Exception {
        Instant deadline = Instant.now().plus(PATIENCE);
        Map<String, Double> counted;
        do {
            counted = samples(get(port, "/q/metrics").body());
            counted.entrySet()
                    .removeIf(
                            sample -> sample.getValue() == 0 || sample.getKey().contains("_duration_"));
        } while (!counted.equals(expected) && Instant.now().isBefore(deadline));
        assertEquals(expected, counted);
    }

    private static Map<String, Double> samples(String metrics) {
        return SAMPLE.matcher(metrics)
                .results()
                .collect(Collectors.toMap(
                        sample -> sample.group(1) + (sample.group(2) == null ? "" : "{" + sample.group(2) + "}"),
                        sample -> Double.parseDouble(sample.group(3)),
                        (one, other) -> one,
                        TreeMap::new));
    }

    @Test
    void theDocumentationListsEveryMetric() throws Exception {
        String metrics;
        try (Program responder =
                Program.responder("-p", Integer.toString(Mosquitto.freePort()), "--management-port", "0")) {
            metrics = get(managementPort(responder), "/q/metrics").body();
        }

        TreeSet<String> shown = FAMILY.matcher(metrics)
                .results()
                .map(family -> family.group(2).equals("counter")
                        ? describe(family.group(1) + "_total", "counter", metrics)
                        : describe(family.group(1), family.group(2), metrics))
                .collect(Collectors.toCollection(TreeSet::new));

        TreeSet<String> listed = ROW.matcher(Files.readString(Program.HOME.resolve("docs/responder.md")))
                .results()
                .map(row -> row.group(1) + " " + row.group(2) + " "
                        + Pattern.compile("`(\\w+)`")
                                .matcher(row.group(3))
                                .results()
                                .map(label -> label.group(1))
                                .collect(Collectors.toCollection(TreeSet::new)))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(listed, shown);
    }

    private static String describe(String name, String kind, String metrics) {
        String samples = kind.equals("histogram") ? name + "_bucket" : name;
        TreeSet<String> labels = SAMPLE.matcher(metrics)
                .results()
                .filter(sample -> sample.group(1).equals(samples) && sample.group(2) != null)
                .flatMap(sample -> LABEL.matcher(sample.group(2)).results().map(label -> label.group(1)))
                .filter(label -> !label.equals("le"))
                .collect(Collectors.toCollection(TreeSet::new));
        return name + " " + kind + " " + labels;
    }

    @Test
    void jsonLogLinesAreOneObjectEach() throws Exception {
        String launcher = Program.HOME.resolve("secure_mqtt_responder").toString();
        Program responder =
                Program.start(Map.of("SECURE_MQTT_LOG_FORMAT", "json"), launcher, "--embedded-broker", "-p", "0", "-v");
        try (responder) {
            String port = brokerPort(responder);
            Program.client("-p", port, "le0nh4rt", "uppercase", "x").await().expect(0);
            try (Observer observer = new Observer(Integer.parseInt(port), "nothing")) {
                observer.publish("a\"\u202Eb/reverse/request", new byte[] {1}, false);
                responder.awaitStderr("refused reverse, no-session");
            }
            responder.signal("TERM");
        }

        List<JsonObject> lines = responder.await().expect(0).stderr().stream()
                .map(JsonObject::new)
                .toList();
        Set<String> common =
                Set.of("timestamp", "level", "loggerName", "message", "threadName", "hostName", "processId");
        for (JsonObject line : lines) {
            assertTrue(line.fieldNames().containsAll(common), line.toString());
            if (line.getString("level").equals("WARN")) {
                assertEquals("a\"\\u{202e}b", line.getString("netid"));
                assertEquals("no-session", line.getString("reason"));
                assertEquals("order-no-key-exchange", line.getString("mistake"));
                assertEquals(false, line.getBoolean("proved"));
            } else {
                assertEquals(common, line.fieldNames());
            }
        }
        assertEquals(Set.of("DEBUG", "INFO", "WARN"), values(lines, "level"));
        assertTrue(values(lines, "message").contains("le0nh4rt: answered uppercase"), lines.toString());
        assertTrue(
                values(lines, "message").stream()
                        .anyMatch(message -> message.startsWith("a\"\\u{202e}b: refused reverse, no-session: ")),
                lines.toString());
    }

    private static Set<String> values(List<JsonObject> lines, String field) {
        return lines.stream().map(line -> line.getString(field)).collect(Collectors.toSet());
    }

    @Test
    void aTakenPortIsReported() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String port = Integer.toString(taken.getLocalPort());

            Program.Result result = Program.responder("--embedded-broker", "-p", "0", "--management-port", port)
                    .await()
                    .expect(4);

            assertEquals(
                    List.of(
                            "secure_mqtt_responder: error: the management port: port " + port
                                    + " on localhost is already in use",
                            "secure_mqtt_responder: hint: check that --management-host names this computer and"
                                    + " --management-port a free port; 0 takes any free one"),
                    result.stderr());
        }
    }

    private static int managementPort(Program responder) {
        return Integer.parseInt(responder
                .awaitStderr("management at http://localhost:(\\d+)/q/health and /q/metrics")
                .group(1));
    }

    private static String brokerPort(Program responder) {
        MatchResult ready = responder.awaitStderr("ready: answering every NetID at localhost:(\\d+)");
        return ready.group(1);
    }

    private HttpResponse<String> get(int port, String path) throws Exception {
        return request("GET", port, path);
    }

    private HttpResponse<String> request(String method, int port, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(PATIENCE);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
