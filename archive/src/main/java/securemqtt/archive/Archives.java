package securemqtt.archive;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes an archive for each program, beside its jar, for the JVM that runs this. */
public final class Archives {
    /** Compiled for Java 5. */
    private static final String PICOCLI = "info.picocli.picocli-*.jar";

    private Archives() {}

    /** @param arguments the project's folder; the current one if there are none */
    public static void main(String... arguments) throws InterruptedException {
        Path home = Path.of(arguments.length == 0 ? "" : arguments[0])
                .toAbsolutePath()
                .normalize();
        try {
            ClassFiles.modernise(library(home.resolve("client"), PICOCLI));
            ClassFiles.modernise(library(home.resolve("responder"), PICOCLI));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Optional<Jvm> jvm = Jvm.running();
        if (jvm.isEmpty()) {
            System.out.println("No archives: this Java makes none. The programs start without.");
            return;
        }
        try {
            new Training(
                            Training.Program.ofProject(home, "client"),
                            Training.Program.ofProject(home, "responder"),
                            jvm.get())
                    .run();
        } catch (IOException | TrainingFailedException e) {
            // Where the launchers do not run, or nothing may listen, the programs are of use all the same.
            System.out.println("No archives: " + e.getMessage() + "\nThe programs start without.");
        }
    }

    /** Of a program's libraries the one whose name matches. */
    private static Path library(Path module, String pattern) throws IOException {
        Path libraries = module.resolve("target/quarkus-app/lib/main");
        try (Stream<Path> found = Files.list(libraries)) {
            return found.filter(libraries.getFileSystem().getPathMatcher("glob:**/" + pattern)::matches)
                    .findFirst()
                    .orElseThrow(() -> new IOException("there is no " + pattern + " in " + libraries));
        }
    }
}
