package securemqtt.archive;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Makes an archive for each program, beside its jar, for the JVM that runs this. */
public final class Archives {
    /** Compiled for Java 5. */
    private static final String PICOCLI = "info.picocli.picocli-*.jar";

    private Archives() {}

    /**
     * @param arguments the project's folder, or none if it is the current one; or the folders in which the client and the
     *     responder are installed, each with a launcher of its name and the program in {@code lib/app}. Those must get their
     *     archives; the project's programs do without where none can be made.
     */
    public static void main(String... arguments) throws InterruptedException {
        try {
            if (arguments.length == 2) {
                make(Training.Program.installed(path(arguments[0])), Training.Program.installed(path(arguments[1])));
                return;
            }
            Path home = path(arguments.length == 0 ? "" : arguments[0]);
            Training.Program client = Training.Program.ofProject(home, "client");
            Training.Program responder = Training.Program.ofProject(home, "responder");
            try {
                make(client, responder);
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

    private static Path path(String argument) {
        return Path.of(argument).toAbsolutePath().normalize();
    }

    private static void make(Training.Program client, Training.Program responder)
            throws IOException, InterruptedException, TrainingFailedException {
        prepare(client, "securemqtt.client.Main");
        prepare(responder, "securemqtt.responder.SecureMqttResponder");
        Jvm jvm = Jvm.running().orElseThrow(() -> new TrainingFailedException("this Java makes none"));
        try {
            new Training(client, responder, jvm).run();
        } catch (IOException e) {
            throw new TrainingFailedException(e.toString());
        }
    }

    private static void prepare(Training.Program program, String main) throws IOException, TrainingFailedException {
        if (!Files.isDirectory(program.folder())) {
            throw new TrainingFailedException("there is no " + program.folder());
        }
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
