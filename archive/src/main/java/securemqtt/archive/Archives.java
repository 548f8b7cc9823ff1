package securemqtt.archive;

import java.io.IOException;
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
        Optional<Jvm> jvm = Jvm.running();
        try {
            ClassFiles.modernise(library(home.resolve("client"), PICOCLI));
            ClassFiles.modernise(library(home.resolve("responder"), PICOCLI));
            if (jvm.isEmpty()) {
                System.out.println("No archives: this Java makes none. The programs start without.");
                return;
            }
            Training training = new Training(home, jvm.get());
            training.run();
        } catch (IOException | TrainingFailedException e) {
            // In the build this is the error that Maven shows.
            throw new IllegalStateException("no archives could be made: " + e.getMessage(), e);
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
