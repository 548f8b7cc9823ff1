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
        Files.deleteIfExists(archive(client));
        Files.deleteIfExists(archive(responder));
        Files.deleteIfExists(unfinished(client));
        Files.deleteIfExists(unfinished(responder));
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
        return List.of(jvm.recordingOption(unfinished(program).getFileName().toString()));
    }

    private void keep(Program program, TrainedProgram trained) throws IOException, TrainingFailedException {
        if (!Files.isRegularFile(unfinished(program))) {
            throw trained.failure("left no archive");
        }
        // In one step: half an archive would make the JVM crash.
        Files.move(unfinished(program), archive(program), StandardCopyOption.ATOMIC_MOVE);
    }

    private Path archive(Program program) {
        return program.folder().resolve(jvm.archiveName());
    }

    /** Under a name that no launcher looks for. */
    private Path unfinished(Program program) {
        return program.folder().resolve("unfinished-" + jvm.archiveName());
    }
}
