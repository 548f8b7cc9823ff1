package securemqtt.dist;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import securemqtt.archive.Jvm;
import securemqtt.archive.Training;
import securemqtt.archive.TrainingFailedException;

/** Makes the distribution of each program, for the kind of computer that this runs on. */
public final class Distributions {
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
            client.assemble();
            responder.assemble();
            Jvm jvm = Jvm.running().orElseThrow(() -> new IOException("this Java makes no archives"));
            // The two have runtimes of their own, alike in all that decides whether an archive fits.
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
