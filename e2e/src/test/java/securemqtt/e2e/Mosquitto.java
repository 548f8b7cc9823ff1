package securemqtt.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A Mosquitto that runs on a port of localhost. */
record Mosquitto(Program program, int port) implements AutoCloseable {
    /** Starts it with a configuration of our own in {@code folder}; the test is skipped where there is none. */
    static Mosquitto start(Path folder) throws IOException {
        return start(folder, "allow_anonymous true");
    }

    /** @param setting a line of its configuration */
    static Mosquitto start(Path folder, String setting) throws IOException {
        String mosquitto = Peers.require("mosquitto", "/usr/sbin/mosquitto", "/opt/homebrew/sbin/mosquitto");
        int port = freePort();
        Path configuration = folder.resolve("mosquitto.conf");
        Files.write(configuration, List.of("listener " + port + " 127.0.0.1", setting, "persistence false"));
        Program program = Program.start(mosquitto, "-c", configuration.toString());
        program.awaitStderr("mosquitto version .* running");
        return new Mosquitto(program, port);
    }

    @Override
    public void close() {
        program.close();
    }

    /** A port that was free a moment ago. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
