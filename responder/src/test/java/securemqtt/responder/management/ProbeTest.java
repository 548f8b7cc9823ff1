package securemqtt.responder.management;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URL;
import org.junit.jupiter.api.Test;

class ProbeTest {
    @Test
    void status200IsHealthy() throws IOException {
        assertTrue(isHealthyForStatus(200));
    }

    @Test
    void anyOtherStatusIsUnhealthy() throws IOException {
        assertFalse(isHealthyForStatus(503));
    }

    @Test
    void aClosedPortIsUnhealthy() throws IOException {
        int port;
        try (ServerSocket closedAtOnce = new ServerSocket(0)) {
            port = closedAtOnce.getLocalPort();
        }

        assertFalse(Probe.isHealthy(new URL("http://127.0.0.1:" + port + "/q/health/ready")));
    }

    private static boolean isHealthyForStatus(int status) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/q/health/ready", request -> {
            request.sendResponseHeaders(status, -1);
            request.close();
        });
        server.start();
        try {
            return Probe.isHealthy(
                    new URL("http://127.0.0.1:" + server.getAddress().getPort() + "/q/health/ready"));
        } finally {
            server.stop(0);
        }
    }
}
