package securemqtt.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Runs one whole exchange between the packaged programs. Each JVM archives the classes that it loaded in this
 * exchange. Later runs load all other classes from the jars.
 */
public final class Training {
    private static final String NET_ID = "le0nh4rt";
    private static final String READY = "ready: .*:(\\d+)$";

    private final Program client;
    private final Program responder;
    private final Jvm jvm;

    /**
     * A packaged program.
     *
     * @param launcher the program's launcher
     * @param folder the folder of the program's jar and archive
     */
    public record Program(Path launcher, Path folder) {
        /** A program in the project's folder, as the build made it. */
        static Program ofProject(Path home, String module) {
            return new Program(
                    home.resolve("secure_mqtt_" + module), home.resolve(module).resolve("target/quarkus-app"));
        }

        /** An installed program, which has its own folder and a launcher with the folder's name. */
        static Program installed(Path folder) {
            return new Program(folder.resolve(folder.getFileName()), folder.resolve("lib/app"));
        }

        /** Whether there is an archive for this JVM that is not older than the jar: the launcher uses no other. */
        boolean hasArchive(Jvm jvm) throws IOException {
            Path archive = archive(jvm);
            return Files.exists(archive)
                    && Files.getLastModifiedTime(jar()).compareTo(Files.getLastModifiedTime(archive)) <= 0;
        }

        Path jar() {
            return folder.resolve("quarkus-run.jar");
        }

        private Path archive(Jvm jvm) {
            return folder.resolve(jvm.archiveName());
        }

        /** The archive's name while it is written. No launcher looks for it. */
        private Path unfinished(Jvm jvm) {
            return folder.resolve("unfinished-" + jvm.archiveName());
        }
    }

    /** @param jvm the JVM that the launchers run, and that writes the archives */
    public Training(Program client, Program responder, Jvm jvm) {
        this.client = client;
        this.responder = responder;
        this.jvm = jvm;
    }

    /** Runs the exchange and puts the archives beside the programs' jars. */
    public void run() throws IOException, InterruptedException, TrainingFailedException {
        // The training runs the launchers, so that the archives fit their options. They would use old archives.
        Files.deleteIfExists(client.archive(jvm));
        Files.deleteIfExists(responder.archive(jvm));
        Files.deleteIfExists(client.unfinished(jvm));
        Files.deleteIfExists(responder.unfinished(jvm));
        try (TrainedProgram broker = start(responder, List.of(), "--embedded-broker", "-p", "0", "--netid", "nobody")) {
            String port = broker.await(READY);
            // The archive is recorded from a responder without embedded broker: from Java 25 on, every start loads
            // the whole archive, even classes that it does not need.
            try (TrainedProgram responderRun = start(responder, recording(responder), "-p", port, "--netid", NET_ID)) {
                responderRun.await(READY);
                try (TrainedProgram clientRun =
                        start(client, recording(client), "-p", port, NET_ID, "uppercase", "Networking is the best!")) {
                    clientRun.awaitEnd();
                    clientRun.expectOutput("NETWORKING IS THE BEST!");
                    keep(client, clientRun);
                }
                responderRun.stop();
                responderRun.awaitEnd();
                keep(responder, responderRun);
            }
        }
    }

    private TrainedProgram start(Program program, List<String> options, String... arguments) throws IOException {
        return TrainedProgram.start(program.launcher(), List.of(arguments), program.folder(), jvm.home(), options);
    }

    /**
     * The JVM options that record an archive. The path is relative, because JAVA_TOOL_OPTIONS cannot quote every
     * path.
     */
    private List<String> recording(Program program) {
        return List.of(jvm.recordingOption(program.unfinished(jvm).getFileName().toString()));
    }

    private void keep(Program program, TrainedProgram trained) throws IOException, TrainingFailedException {
        if (!Files.isRegularFile(program.unfinished(jvm))) {
            throw trained.failure("left no archive");
        }
        // The move must be atomic: half an archive would make the JVM crash.
        Files.move(program.unfinished(jvm), program.archive(jvm), StandardCopyOption.ATOMIC_MOVE);
    }
}
