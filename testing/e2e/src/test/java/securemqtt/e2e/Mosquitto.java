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

    /** Starts Mosquitto with a configuration file in {@code folder}. Skips the test if Mosquitto is not installed. */
    static Mosquitto start(Path folder) throws IOException {
        return start(folder, "allow_anonymous true");
    }

    /** @param settings further lines of the configuration */
    static Mosquitto start(Path folder, String... settings) throws IOException {
        return start(folder, freePort(), settings);
    }

    /** Starts Mosquitto on a given port. */
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

    /** The path of the program. */
    static String require() {
        return Peers.require("mosquitto", "/usr/sbin/mosquitto", "/opt/homebrew/sbin/mosquitto");
    }

    /** Starts Mosquitto with a plugin that refuses every subscription. Access control lists cannot do this. */
    static Mosquitto withoutSubscriptions(Path folder) throws IOException {
        String plugin = Peers.requireDynamicSecurityPlugin();
        Path rules = Files.writeString(
                folder.resolve("rules.json"),
                "{'defaultACLAccess':{'publishClientSend':true,'publishClientReceive':true,'subscribe':false}}"
                        .replace('\'', '"'));
        makeReadable(folder);
        return start(folder, "allow_anonymous true", "plugin " + plugin, "plugin_opt_config_file " + rules);
    }

    /** Mosquitto drops root privileges before it reads its files. */
    static void makeReadable(Path folder) {
        Program.start("chmod", "-R", "a+rX", folder.toString()).await().expect(0);
    }

    @Override
    public void close() {
        program.close();
    }

    /**
     * A port that was free a moment ago, outside the range of ephemeral ports. Tests run in parallel, so this returns
     * each port only once.
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
                // Another process uses this port.
            }
        }
    }
}
