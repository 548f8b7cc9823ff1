package securemqtt.dist;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import securemqtt.archive.Jvm;
import securemqtt.archive.Training;
import securemqtt.archive.TrainingFailedException;

/** Makes the distribution of each program, for the kind of computer that this runs on. */
public final class Distributions {
    /** What the client loads, found out by its log of classes; EC is for TLS, and part of java.base later. */
    private static final List<String> CLIENT_MODULES =
            List.of("java.base", "java.logging", "java.naming", "jdk.crypto.ec", "jdk.net", "jdk.unsupported");
    /** The embedded broker wants beans and management; metrics and health nothing beyond. */
    private static final List<String> RESPONDER_MODULES = List.of(
            "java.base",
            "java.desktop",
            "java.logging",
            "java.management",
            "java.naming",
            "java.sql",
            "jdk.crypto.ec",
            "jdk.net",
            "jdk.unsupported");

    private Distributions() {}

    /** @param arguments the project's folder, where the distributions go, their version, the time that their files get */
    public static void main(String... arguments) throws InterruptedException {
        Path home = Path.of(arguments[0]).toAbsolutePath().normalize();
        Path target = Path.of(arguments[1]).toAbsolutePath().normalize();
        String version = arguments[2];
        Instant time = Instant.parse(arguments[3]);
        try {
            Distribution client = new Distribution(home, target, "client", version, time);
            Distribution responder = new Distribution(home, target, "responder", version, time);
            client.assemble(CLIENT_MODULES);
            responder.assemble(RESPONDER_MODULES);
            Jvm jvm = Jvm.running().orElseThrow(() -> new IOException("this Java makes no archives"));
            // The two have runtimes of their own, alike in all that decides whether an archive fits.
            new Training(client.program(), responder.program(), jvm).run();
            client.pack();
            responder.pack();
        } catch (IOException | TrainingFailedException e) {
            throw new IllegalStateException("no distribution could be made: " + e.getMessage(), e);
        }
    }
}
