package securemqtt.archive;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Makes an archive for each program, beside its jar, for the JVM that runs this. */
public final class Archives {
    /** Before the project's folder: leaves the programs as they are, as they run, and makes nothing where all is there. */
    private static final String WHERE_MISSING = "--where-missing";

    /** Compiled for Java 5. */
    private static final String PICOCLI = "info.picocli.picocli-*.jar";

    private Archives() {}

    /**
     * @param arguments the project's folder, or none if it is the current one; or {@code --where-missing} and the project's
     *     folder, as the launchers do while the programs run; or the folders in which the client and the responder are
     *     installed, each with a launcher of its name and the program in {@code lib/app}. Those must get their archives; the
     *     project's programs do without where none can be made.
     */
    public static void main(String... arguments) throws InterruptedException {
        try {
            if (arguments.length == 2 && !arguments[0].equals(WHERE_MISSING)) {
                Training.Program client = Training.Program.installed(path(arguments[0]));
                Training.Program responder = Training.Program.installed(path(arguments[1]));
                expectBuilt(client, responder);
                merge(client, responder);
                new Training(client, responder, jvm()).run();
                return;
            }
            Path home = path(arguments.length == 0 ? "" : arguments[arguments.length - 1]);
            try {
                ofProject(home, arguments.length == 2);
            } catch (TrainingFailedException e) {
                // Where the launchers do not run, or nothing may listen, the programs are of use all the same.
                System.out.println("No archives: " + e.getMessage() + "\nThe programs start without.");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (TrainingFailedException e) {
            throw new IllegalStateException("no archives: " + e.getMessage(), e);
        }
    }

    private static void ofProject(Path home, boolean whereMissing)
            throws IOException, InterruptedException, TrainingFailedException {
        Training.Program client = Training.Program.ofProject(home, "client");
        Training.Program responder = Training.Program.ofProject(home, "responder");
        // A launcher would build it.
        expectBuilt(client, responder);
        if (!whereMissing) {
            merge(client, responder);
        }
        Jvm jvm = jvm();
        // Where it is, the launchers do not have archives made. It stays if none can be.
        Path begun = home.resolve("packaging/archive/target").resolve(jvm.name() + ".begun");
        try {
            Files.write(begun, new byte[0]);
            if (!whereMissing || !client.hasArchive(jvm) || !responder.hasArchive(jvm)) {
                new Training(client, responder, jvm).run();
            }
            Files.delete(begun);
        } catch (IOException e) {
            throw new TrainingFailedException(e.toString());
        }
    }

    private static Path path(String argument) {
        return Path.of(argument).toAbsolutePath().normalize();
    }

    private static Jvm jvm() throws TrainingFailedException {
        return Jvm.running().orElseThrow(() -> new TrainingFailedException("this Java makes none"));
    }

    private static void expectBuilt(Training.Program... programs) throws TrainingFailedException {
        for (Training.Program program : programs) {
            if (!Files.exists(program.jar())) {
                throw new TrainingFailedException("there is no " + program.jar());
            }
        }
    }

    private static void merge(Training.Program client, Training.Program responder) throws IOException {
        merge(client, "securemqtt.client.Main");
        merge(responder, "securemqtt.responder.SecureMqttResponder");
    }

    private static void merge(Training.Program program, String main) throws IOException {
        if (!OneJar.isMerged(program.folder())) {
            ClassFiles.modernise(library(program, PICOCLI));
            OneJar.merge(program.folder(), main);
        }
    }

    /** Of a program's libraries the one whose name matches. */
    private static Path library(Training.Program program, String pattern) throws IOException {
        Path libraries = program.folder().resolve("lib/main");
        try (Stream<Path> found = Files.list(libraries)) {
            return found.filter(libraries.getFileSystem().getPathMatcher("glob:**/" + pattern)::matches)
                    .findFirst()
                    .orElseThrow(() -> new IOException("there is no " + pattern + " in " + libraries));
        }
    }
}
