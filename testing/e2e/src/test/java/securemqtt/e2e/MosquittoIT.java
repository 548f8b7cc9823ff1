package securemqtt.e2e;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Client and responder through Mosquitto. */
class MosquittoIT extends ExchangeContract {
    private Mosquitto mosquitto;
    private Program responder;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        mosquitto = Mosquitto.start(folder);
        responder = Program.responder("-p", Integer.toString(mosquitto.port()), "-v");
        responder.awaitStderr("ready: answering every NetID at localhost:" + mosquitto.port());
    }

    @AfterAll
    void stop() {
        if (responder != null) {
            responder.close();
        }
        if (mosquitto != null) {
            mosquitto.close();
        }
    }

    @Override
    Program responder() {
        return responder;
    }

    @Override
    int port() {
        return mosquitto.port();
    }
}
