package securemqtt.e2e;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A Redis that runs on a port of localhost, in memory only. */
record RedisServer(Program program, int port) implements AutoCloseable {
    /** Skips the test if Redis is not installed. */
    static RedisServer start(String... options) throws IOException {
        return start(Mosquitto.freePort(), options);
    }

    /** Starts Redis on a given port. */
    static RedisServer start(int port, String... options) {
        List<String> all = new ArrayList<>(List.of("--bind", "127.0.0.1", "--save", "", "--daemonize", "no"));
        // With TLS only, the plain port is 0.
        Stream<String> plain = Arrays.asList(options).contains("--tls-port")
                ? Stream.of("--port", "0")
                : Stream.of("--port", Integer.toString(port));
        plain.forEach(all::add);
        all.addAll(List.of(options));
        String redis = Peers.require("redis-server", "/usr/bin/redis-server", "/opt/homebrew/bin/redis-server");
        Program program = Program.start(redis, all.toArray(String[]::new));
        program.awaitStdout("Ready to accept connections");
        return new RedisServer(program, port);
    }

    String url() {
        return "redis://localhost:" + port;
    }

    /** Runs one command of redis-cli, and returns what it prints. */
    String run(String... command) {
        List<String> all = new ArrayList<>(List.of("-p", Integer.toString(port)));
        all.addAll(Arrays.asList(command));
        String cli = Peers.require("redis-cli", "/usr/bin/redis-cli", "/opt/homebrew/bin/redis-cli");
        return Program.start(cli, all.toArray(String[]::new)).await().expect(0).stdout();
    }

    /** A file with a new secret for the sessions. */
    static Path newSecret(Path folder) {
        Path file = folder.resolve("sessions.secret");
        Program.responder("--new-sessions-secret", file.toString()).await().expect(0);
        return file;
    }

    @Override
    public void close() {
        program.close();
    }
}
