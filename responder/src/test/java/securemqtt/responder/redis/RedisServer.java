package securemqtt.responder.redis;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A Redis that runs on a free port of localhost, in memory only. */
final class RedisServer implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/bin/redis-server");
    private static final int ATTEMPTS = 5;

    private final Process process;
    private final int port;

    private RedisServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Skips the test if there is no Redis. With {@code CI=true}, that is a failure. */
    static RedisServer start(String... options) throws IOException {
        boolean isInstalled = Files.isExecutable(PROGRAM);
        if (System.getenv("CI") == null) {
            assumeTrue(isInstalled, "no redis-server: install redis-server to run this test");
        }
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            int port = freePort();
            List<String> command = new ArrayList<>(List.of(
                    PROGRAM.toString(),
                    "--port",
                    Integer.toString(port),
                    "--bind",
                    "127.0.0.1",
                    "--save",
                    "",
                    "--daemonize",
                    "no"));
            command.addAll(List.of(options));
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            BufferedReader log =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String line = log.readLine();
            while (line != null && !line.contains("Ready to accept connections")) {
                line = log.readLine();
            }
            if (line != null) {
                Thread drain = new Thread(() -> log.lines().forEach(rest -> {}), "log of redis-server");
                drain.setDaemon(true);
                drain.start();
                return new RedisServer(process, port);
            }
        }
        assertNotNull(null, "redis-server does not start");
        throw new IllegalStateException();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
