package securemqtt.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Keeps the client's start short. Checks the loaded classes, because times vary. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisabledIfSystemProperty(named = "native", matches = "true", disabledReason = "for the client on Java")
class StartIT {
    /**
     * The classes that a whole exchange may load from class files. Any other class belongs in the archive: find out
     * why the training does not load it, or why the JVM does not archive it.
     */
    private static final List<String> FROM_CLASS_FILES = List.of(
            // The JVM does not archive the classes of its flight recorder.
            "jdk\\.internal\\.event\\..*",
            // The JVM loads these and then rejects them, because there is no OpenSSL library.
            "io\\.netty\\.handler\\.ssl\\.(ReferenceCounted)?OpenSsl\\w*");

    /** The largest number of classes generated at run time: annotation proxies, and lambdas that are not archived. */
    private static final int MADE_AT_RUN_TIME = Runtime.version().feature() >= 25 ? 45 : 90;

    private List<LoadedClass> loaded;

    @BeforeAll
    void exchange(@TempDir Path folder) throws IOException {
        Path log = folder.resolve("classes.log");
        try (Program responder = Program.responder("--embedded-broker", "-p", "0")) {
            String port = responder.awaitStderr("ready: .*:(\\d+)$").group(1);
            String launcher = Program.HOME.resolve("secure_mqtt_client").toString();
            Program.start(LoadedClass.logging(log), launcher, "-p", port, "le0nh4rt", "uppercase", "x")
                    .await()
                    .expect(0);
        }
        loaded = LoadedClass.read(log);
    }

    @Test
    void nothingNewIsLoadedFromClassFiles() {
        assertNone(loadedClass ->
                loadedClass.isFromClassFile() && FROM_CLASS_FILES.stream().noneMatch(loadedClass.name()::matches));
    }

    @Test
    void noMoreClassesThanBeforeAreMadeAtRunTime() {
        List<LoadedClass> made = loaded.stream()
                .filter(loadedClass -> !loadedClass.isFromArchive() && !loadedClass.isFromClassFile())
                .toList();

        assertTrue(made.size() <= MADE_AT_RUN_TIME, () -> made.size() + " classes:\n" + counted(made));
    }

    @Test
    void noSecurityProviderOfBouncyCastleIsLoaded() {
        assertNone(loadedClass -> loadedClass.name().startsWith("org.bouncycastle.jc"));
    }

    @Test
    void nothingOfABrokerOrTheResponderIsLoaded() {
        assertNone(loadedClass -> loadedClass.name().startsWith("org.apache.activemq.")
                || loadedClass.name().startsWith("securemqtt.responder.")
                || loadedClass.name().startsWith("io.smallrye.reactive.messaging.")
                || loadedClass.name().startsWith("io.vertx.mqtt.MqttServer"));
    }

    private void assertNone(Predicate<LoadedClass> unwanted) {
        assertTrue(loaded.stream().anyMatch(loadedClass -> loadedClass.name().equals("securemqtt.client.ClientRun")));
        assertEquals(List.of(), loaded.stream().filter(unwanted).toList());
    }

    /** One line per name, the most frequent first. */
    private static String counted(List<LoadedClass> classes) {
        return classes.stream()
                .collect(Collectors.groupingBy(LoadedClass::name, Collectors.counting()))
                .entrySet()
                .stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining("\n"));
    }
}
