package securemqtt.archive;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the option that the launchers use, with scripts in place of the launchers. */
class ArchivesTest {
    private static final String FAILS = "echo started >>\"$0.log\"; exit 1";

    private final Jvm jvm = Jvm.running().orElseThrow();

    @TempDir
    Path home;

    @BeforeEach
    void build() throws IOException {
        Files.createDirectories(begun().getParent());
        Files.createFile(begun());
        for (String module : new String[] {"client", "responder"}) {
            Files.createDirectories(jar(module).getParent());
            Manifest manifest = new Manifest();
            manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
            new JarOutputStream(Files.newOutputStream(jar(module)), manifest).close();
            Path launcher = home.resolve("secure_mqtt_" + module);
            Files.writeString(launcher, "#!/bin/sh\n" + FAILS + "\n");
            Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    @Test
    void existingArchivesAreNotMadeAgain() throws Exception {
        Files.createFile(archive("client"));
        Files.createFile(archive("responder"));

        Archives.main("--where-missing", home.toString());

        assertTrue(Files.exists(archive("client")));
        assertFalse(wasStarted("responder"));
        assertFalse(Files.exists(begun()));
    }

    @Test
    void anArchiveOlderThanItsProgramIsMadeAgain() throws Exception {
        Files.createFile(archive("client"));
        Files.createFile(archive("responder"));
        Files.setLastModifiedTime(archive("responder"), FileTime.fromMillis(0));

        Archives.main("--where-missing", home.toString());

        assertTrue(wasStarted("responder"));
    }

    @Test
    void theMarkerFileStaysIfNoArchiveCanBeMade() throws Exception {
        Archives.main("--where-missing", home.toString());

        assertTrue(wasStarted("responder"));
        assertTrue(Files.exists(begun()));
    }

    @Test
    void aProgramThatIsNotBuiltIsNotStarted() throws Exception {
        Files.delete(jar("client"));

        Archives.main("--where-missing", home.toString());

        assertFalse(wasStarted("responder"));
        assertTrue(Files.exists(begun()));
    }

    private boolean wasStarted(String module) {
        return Files.exists(home.resolve("secure_mqtt_" + module + ".log"));
    }

    private Path begun() {
        return home.resolve("packaging/archive/target").resolve(jvm.name() + ".begun");
    }

    private Path jar(String module) {
        return home.resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
    }

    private Path archive(String module) {
        return jar(module).resolveSibling(jvm.archiveName());
    }
}
