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
public final class Training {
    private static final String NET_ID = "le0nh4rt";
    private static final String READY = "ready: .*:(\\d+)$";

    private final Program client;
    private final Program responder;
    private final Jvm jvm;

    /**
     * A packaged program.
     *
     * @param launcher what starts it
     * @param folder where its jar is, and its archive will be
     */
    public record Program(Path launcher, Path folder) {
        /** One of the project's own, as the build has left it. */
        static Program ofProject(Path home, String module) {
            return new Program(
                    home.resolve("secure_mqtt_" + module), home.resolve(module).resolve("target/quarkus-app"));
        }

        /** One that has a folder of its own, with a launcher of the folder's name. */
        static Program installed(Path folder) {
            return new Program(folder.resolve(folder.getFileName()), folder.resolve("lib/app"));
        }

        /** Whether there is an archive that its launcher takes. */
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

        /** Under a name that no launcher looks for. */
        private Path unfinished(Jvm jvm) {
            return folder.resolve("unfinished-" + jvm.archiveName());
        }
    }

    /** @param jvm what the launchers run, and so what writes the archives */
    public Training(Program client, Program responder, Jvm jvm) {
        this.client = client;
        this.responder = responder;
        this.jvm = jvm;
    }

    /** Runs the exchange and leaves the archives beside the programs' jars. */
    public void run() throws IOException, InterruptedException, TrainingFailedException {
        // The launchers, which are used here so that their options are trained as well, would take the old ones.
        Files.deleteIfExists(client.archive(jvm));
        Files.deleteIfExists(responder.archive(jvm));
        Files.deleteIfExists(client.unfinished(jvm));
        Files.deleteIfExists(responder.unfinished(jvm));
        try (TrainedProgram broker = start(responder, List.of(), "--embedded-broker", "-p", "0", "--netid", "nobody")) {
            String port = broker.await(READY);
            // Not the one that has the broker: all that is in an archive is loaded at once, needed or not.
            try (TrainedProgram answering = start(responder, recording(responder), "-p", port, "--netid", NET_ID)) {
                answering.await(READY);
                try (TrainedProgram asking =
                        start(client, recording(client), "-p", port, NET_ID, "uppercase", "Networking is the best!")) {
                    asking.awaitEnd();
                    asking.expectOutput("NETWORKING IS THE BEST!");
                    keep(client, asking);
                }
                answering.stop();
                answering.awaitEnd();
                keep(responder, answering);
            }
        }
    }

    private TrainedProgram start(Program program, List<String> options, String... arguments) throws IOException {
        return TrainedProgram.start(program.launcher(), List.of(arguments), program.folder(), jvm.home(), options);
    }

    /** What makes the JVM of a program write an archive. Relative, as it has no way to quote all that may be in a path. */
    private List<String> recording(Program program) {
        return List.of(jvm.recordingOption(program.unfinished(jvm).getFileName().toString()));
    }

    private void keep(Program program, TrainedProgram trained) throws IOException, TrainingFailedException {
        if (!Files.isRegularFile(program.unfinished(jvm))) {
            throw trained.failure("left no archive");
        }
        // In one step: half an archive would make the JVM crash.
        Files.move(program.unfinished(jvm), program.archive(jvm), StandardCopyOption.ATOMIC_MOVE);
    }
}
