package securemqtt.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * One whole exchange between the packaged programs. The JVM archives the classes that it took, so whatever a run loads beyond
 * is loaded from the jars.
 */
final class Training {
    private static final String CLIENT = "client";
    private static final String RESPONDER = "responder";
    private static final String NET_ID = "le0nh4rt";
    private static final String READY = "ready: .*:(\\d+)$";

    private final Path home;
    private final Jvm jvm;

    Training(Path home, Jvm jvm) {
        this.home = home;
        this.jvm = jvm;
    }

    /** Runs the exchange and leaves the archives beside the programs' jars. */
    void run() throws IOException, InterruptedException, TrainingFailedException {
        // The launchers, which are used here so that their options are trained as well, would take the old ones.
        Files.deleteIfExists(archive(CLIENT));
        Files.deleteIfExists(archive(RESPONDER));
        Files.deleteIfExists(unfinished(CLIENT));
        Files.deleteIfExists(unfinished(RESPONDER));
        try (TrainedProgram broker = start(RESPONDER, List.of(), "--embedded-broker", "-p", "0", "--netid", "nobody")) {
            String port = broker.await(READY);
            // Not the one that has the broker: all that is in an archive is loaded at once, needed or not.
            try (TrainedProgram responder = start(RESPONDER, recording(RESPONDER), "-p", port, "--netid", NET_ID)) {
                responder.await(READY);
                try (TrainedProgram client =
                        start(CLIENT, recording(CLIENT), "-p", port, NET_ID, "uppercase", "Networking is the best!")) {
                    client.awaitEnd();
                    client.expectOutput("NETWORKING IS THE BEST!");
                    keep(CLIENT, client);
                }
                responder.stop();
                responder.awaitEnd();
                keep(RESPONDER, responder);
            }
        }
    }

    private TrainedProgram start(String module, List<String> options, String... arguments) throws IOException {
        return TrainedProgram.start(
                home.resolve("secure_mqtt_" + module), List.of(arguments), folder(module), jvm.home(), options);
    }

    /** What makes the JVM of a program write an archive. Relative, as it has no way to quote all that may be in a path. */
    private List<String> recording(String module) {
        return List.of(jvm.recordingOption(unfinished(module).getFileName().toString()));
    }

    private void keep(String module, TrainedProgram program) throws IOException, TrainingFailedException {
        if (!Files.isRegularFile(unfinished(module))) {
            throw program.failure("left no archive");
        }
        // In one step: half an archive would make the JVM crash.
        Files.move(unfinished(module), archive(module), StandardCopyOption.ATOMIC_MOVE);
    }

    private Path archive(String module) {
        return folder(module).resolve(jvm.archiveName());
    }

    /** Under a name that no launcher looks for. */
    private Path unfinished(String module) {
        return folder(module).resolve("unfinished-" + jvm.archiveName());
    }

    private Path folder(String module) {
        return home.resolve(module).resolve("target/quarkus-app");
    }
}
