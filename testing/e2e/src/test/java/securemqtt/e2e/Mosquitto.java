package securemqtt.e2e;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** A Mosquitto that runs on a port of localhost. */
record Mosquitto(Program program, int port) implements AutoCloseable {
    private static final Set<Integer> GIVEN_OUT = ConcurrentHashMap.newKeySet();

    /** Starts it with a configuration of our own in {@code folder}; the test is skipped where there is none. */
    static Mosquitto start(Path folder) throws IOException {
        return start(folder, "allow_anonymous true");
    }

    /** @param settings further lines of its configuration */
    static Mosquitto start(Path folder, String... settings) throws IOException {
        return start(folder, freePort(), settings);
    }

    /** Starts it on a given port. */
    static Mosquitto start(Path folder, int port, String... settings) throws IOException {
        String mosquitto = require();
        Path configuration = folder.resolve("mosquitto.conf");
        List<String> lines = new ArrayList<>(
                List.of("per_listener_settings true", "persistence false", "listener " + port + " 127.0.0.1"));
        lines.addAll(List.of(settings));
        Files.write(configuration, lines);
        Program program = Program.start(mosquitto, "-c", configuration.toString());
        program.awaitStderr("mosquitto version .* running");
        return new Mosquitto(program, port);
    }

    /** The path of its program. */
    static String require() {
        return Peers.require("mosquitto", "/usr/sbin/mosquitto", "/opt/homebrew/sbin/mosquitto");
    }

    /** Starts one that refuses every subscription, as its lists of rules cannot, but a plugin can. */
    static Mosquitto withoutSubscriptions(Path folder) throws IOException {
        String plugin = Peers.requireDynamicSecurityPlugin();
        Path rules = Files.writeString(
                folder.resolve("rules.json"),
                "{'defaultACLAccess':{'publishClientSend':true,'publishClientReceive':true,'subscribe':false}}"
                        .replace('\'', '"'));
        makeReadable(folder);
        return start(folder, "allow_anonymous true", "plugin " + plugin, "plugin_opt_config_file " + rules);
    }

    /** Mosquitto gives up root's rights before it reads its files. */
    static void makeReadable(Path folder) {
        Program.start("chmod", "-R", "a+rX", folder.toString()).await().expect(0);
    }

    @Override
    public void close() {
        program.close();
    }

    /**
     * A port that was free a moment ago, and is none of those that connections get by themselves. Tests run side by side, so each
     * port is given out once.
     */
    static int freePort() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(10_000, 32_768);
            if (!GIVEN_OUT.add(port)) {
                continue;
            }
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException e) {
                // Somebody listens there.
            }
        }
    }
}
