package securemqtt.e2e;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A class before its deadline: a thousand clients start a whole exchange within a second. The heap is small. */
class ManyClientsIT {
    private static final Map<String, String> SMALL_HEAP = Map.of("JDK_JAVA_OPTIONS", "-Xmx256m");

    @Test
    void aThousandClientsAtOnceAreAllAnsweredThroughMosquitto(@TempDir Path folder) throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder);
                Program responder = responder("-p", Integer.toString(mosquitto.port()))) {
            responder.awaitStderr("ready: ");

            expectAllAnswered(Integer.toString(mosquitto.port()));
        }
    }

    @Test
    void aThousandClientsAtOnceAreAllAnsweredThroughTheEmbeddedBroker() {
        try (Program responder = responder("--embedded-broker", "-p", "0")) {
            expectAllAnswered(responder.awaitStderr("ready: .*:(\\d+)$").group(1));
        }
    }

    private static Program responder(String... options) {
        return Program.start(
                SMALL_HEAP, Program.HOME.resolve("secure_mqtt_responder").toString(), options);
    }

    /** The load generator fails if an answer is lost, wrong or duplicate. */
    static void expectAllAnswered(String port) {
        try (Program load = Program.start(
                Program.HOME.resolve("testing/load/run").toString(),
                "--port",
                port,
                "--clients",
                "1000",
                "--within",
                "1",
                "--timeout",
                "90")) {
            load.await().expect(0);
        }
    }
}
