package securemqtt.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OneJarTest {
    private static final String MANIFEST = "META-INF/MANIFEST.MF";

    @TempDir
    Path folder;

    @BeforeEach
    void packAsQuarkusDoes() throws IOException {
        write("quarkus-run.jar", Map.of(MANIFEST, "Manifest-Version: 1.0\nClass-Path: lib/main/a.jar lib/b.jar\n\n"));
        write(
                "lib/main/a.jar",
                Map.of(
                        MANIFEST,
                        "Manifest-Version: 1.0\nMulti-Release: true\n\n",
                        "Both.class",
                        "of a",
                        "Versioned.class",
                        "for Java 8",
                        "META-INF/versions/11/Versioned.class",
                        "for Java 11",
                        "META-INF/versions/25/Versioned.class",
                        "for Java 25",
                        "META-INF/services/Service",
                        "A",
                        "META-INF/LICENSE",
                        "of a",
                        "META-INF/A.SF",
                        "signature",
                        "module-info.class",
                        "module"));
        write(
                "lib/b.jar",
                Map.of(
                        MANIFEST,
                        "Manifest-Version: 1.0\n\n",
                        "Both.class",
                        "of b",
                        "META-INF/services/Service",
                        "B\n",
                        "META-INF/LICENSE",
                        "of b"));
        Files.createDirectories(folder.resolve("quarkus"));
        Files.writeString(folder.resolve("quarkus/quarkus-application.dat"), "index");
    }

    private void write(String name, Map<String, String> entries) throws IOException {
        Path jar = folder.resolve(name);
        Files.createDirectories(jar.getParent());
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (Map.Entry<String, String> entry : new TreeMap<>(entries).entrySet()) {
                out.putNextEntry(new ZipEntry(entry.getKey()));
                out.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    @Test
    void theJarsAreMergedIntoOneAndTheIndexStays() throws IOException {
        assertFalse(OneJar.isMerged(folder));

        OneJar.merge(folder, "Main");

        assertTrue(OneJar.isMerged(folder));
        assertFalse(Files.exists(folder.resolve("lib")));
        assertTrue(Files.exists(folder.resolve("quarkus/quarkus-application.dat")));
        assertEquals("a.jar\nb.jar\n", content("META-INF/libraries.txt"));
    }

    @Test
    void theManifestNamesTheMainClass() throws IOException {
        OneJar.merge(folder, "Main");

        assertTrue(content(MANIFEST).contains("Main-Class: Main"));
    }

    @Test
    void theFirstEntryOnTheClassPathWins() throws IOException {
        OneJar.merge(folder, "Main");

        assertEquals("of a", content("Both.class"));
    }

    @Test
    void allServicesAndLicencesAreKept() throws IOException {
        OneJar.merge(folder, "Main");

        assertEquals("A\nB\n\n", content("META-INF/services/Service"));
        assertEquals("of a", content("META-INF/legal/a.jar/LICENSE"));
        assertEquals("of b", content("META-INF/legal/b.jar/LICENSE"));
    }

    @Test
    void multiReleaseJarsGiveTheirClassesForJava17() throws IOException {
        OneJar.merge(folder, "Main");

        assertEquals("for Java 11", content("Versioned.class"));
        assertNull(content("META-INF/versions/25/Versioned.class"));
    }

    @Test
    void signaturesAndModuleDescriptorsAreLeftOut() throws IOException {
        OneJar.merge(folder, "Main");

        assertNull(content("META-INF/A.SF"));
        assertNull(content("module-info.class"));
    }

    @Test
    void mergingTwiceMakesTheSameFile() throws IOException {
        OneJar.merge(folder, "Main");
        byte[] first = Files.readAllBytes(folder.resolve("quarkus-run.jar"));
        packAsQuarkusDoes();
        OneJar.merge(folder, "Main");

        assertArrayEquals(first, Files.readAllBytes(folder.resolve("quarkus-run.jar")));
    }

    private String content(String name) throws IOException {
        try (JarFile jar = new JarFile(folder.resolve("quarkus-run.jar").toFile())) {
            ZipEntry entry = jar.getEntry(name);
            return entry == null ? null : new String(jar.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
