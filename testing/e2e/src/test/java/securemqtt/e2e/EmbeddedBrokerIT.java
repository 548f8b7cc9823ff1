package securemqtt.e2e;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Client and responder through the responder's embedded broker. */
class EmbeddedBrokerIT extends ExchangeContract {
    private Program responder;
    private int port;

    @BeforeAll
    void start() {
        responder = Program.responder("--embedded-broker", "-p", "0", "-v");
        port = Integer.parseInt(responder.awaitStderr("ready: .*:(\\d+)$").group(1));
    }

    @AfterAll
    void stop() {
        responder.close();
    }

    @Override
    Program responder() {
        return responder;
    }

    @Override
    int port() {
        return port;
    }
}
