package securemqtt.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The jars of the packaged programs. */
class PackagedProgramsIT {
    /** The descriptor, in class files, of the annotation that Kotlin's compiler adds to every class. */
    private static final String KOTLIN_ANNOTATION = "Lkotlin/Metadata;";

    @ParameterizedTest
    @ValueSource(strings = {"client", "responder"})
    void noJarHasKotlinInIt(String program) throws IOException {
        List<Path> jars;
        try (Stream<Path> files = Files.walk(Program.HOME.resolve(program + "/target/quarkus-app"))) {
            jars = files.filter(file -> file.toString().endsWith(".jar")).toList();
        }

        assertFalse(jars.isEmpty());
        assertEquals(
                List.of(), jars.stream().flatMap(PackagedProgramsIT::kotlinIn).toList());
    }

    private static Stream<String> kotlinIn(Path path) {
        try (JarFile jar = new JarFile(path.toFile())) {
            List<String> found = jar.stream()
                    .filter(entry -> isKotlin(jar, entry))
                    .map(entry -> path.getFileName() + ": " + entry.getName())
                    .toList();
            return found.stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isKotlin(JarFile jar, ZipEntry entry) {
        if (!entry.getName().endsWith(".class")) {
            return entry.getName().endsWith(".kotlin_module") || entry.getName().endsWith(".kt");
        }
        try (InputStream classFile = jar.getInputStream(entry)) {
            return new String(classFile.readAllBytes(), StandardCharsets.ISO_8859_1).contains(KOTLIN_ANNOTATION);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
