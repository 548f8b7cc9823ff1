package securemqtt.archive;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Makes a class archive for each program, beside the program's jar, for the JVM that runs this class. */
public final class Archives {
    /**
     * The launchers' option: makes only missing archives, and does not change the jars, because the programs may be
     * running.
     */
    private static final String WHERE_MISSING = "--where-missing";

    /** The library that was compiled for Java 5. */
    private static final String PICOCLI = "info.picocli.picocli-*.jar";

    private Archives() {}

    /**
     * Makes the archives. Failure is an error only for installed programs: the project's programs start without
     * archives.
     *
     * @param arguments one of three forms:
     * <ul>
     *   <li>the project's folder, or nothing for the current folder
     *   <li>{@code --where-missing} and the project's folder; the launchers use this form while the programs run
     *   <li>the folders in which the client and the responder are installed; each has a launcher with the folder's
     *     name, and the program in {@code lib/app}
     * </ul>
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
                // Without archives the programs only start slower, so the build goes on.
                System.out.println("No archives: " + e.getMessage() + "\nThe programs start without archives.");
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
        // Training runs the launchers, and a launcher would build a missing program.
        expectBuilt(client, responder);
        if (!whereMissing) {
            merge(client, responder);
        }
        Jvm jvm = jvm();
        // While this file exists, no launcher starts making archives. It stays if they cannot be made.
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
        return Jvm.running().orElseThrow(() -> new TrainingFailedException("this Java cannot make archives"));
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

    /** The first of a program's libraries whose file name matches the glob pattern. */
    private static Path library(Training.Program program, String pattern) throws IOException {
        Path libraries = program.folder().resolve("lib/main");
        try (Stream<Path> found = Files.list(libraries)) {
            return found.filter(libraries.getFileSystem().getPathMatcher("glob:**/" + pattern)::matches)
                    .findFirst()
                    .orElseThrow(() -> new IOException("there is no " + pattern + " in " + libraries));
        }
    }
}
