package securemqtt.dist;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import securemqtt.archive.Jvm;
import securemqtt.archive.Training;
import securemqtt.archive.TrainingFailedException;

/** Makes the distribution of each program, for the platform of the computer that runs the build. */
public final class Distributions {
    private Distributions() {}

    /**
     * @param arguments the project's folder, the folder for the distributions, their version, and the modification
     *     time of their files in ISO 8601 (UTC), such as {@code 2026-01-01T00:00:00Z}
     */
    public static void main(String... arguments) throws InterruptedException {
        Path home = Path.of(arguments[0]).toAbsolutePath().normalize();
        Path target = Path.of(arguments[1]).toAbsolutePath().normalize();
        String version = arguments[2];
        Instant time = Instant.parse(arguments[3]);
        try {
            Distribution client = new Distribution(home, target, "client", version, time);
            Distribution responder = new Distribution(home, target, "responder", version, time);
            client.assemble();
            responder.assemble();
            Jvm jvm = Jvm.running().orElseThrow(() -> new IOException("this Java makes no archives"));
            // The archives fit the distributions' runtimes, which jlink makes from the JDK that runs this build.
            new Training(client.program(), responder.program(), jvm).run();
            client.pack();
            responder.pack();
            Optional<Path> nativeClient = Distribution.nativeProgram(home, "client");
            if (nativeClient.isPresent()) {
                Distribution built = Distribution.ofNative(home, target, "client", version, time);
                built.assembleNative(nativeClient.get());
                built.pack();
            }
        } catch (IOException | TrainingFailedException e) {
            throw new IllegalStateException("no distribution could be made: " + e.getMessage(), e);
        }
    }
}
