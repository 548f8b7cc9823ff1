package securemqtt.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JvmTest {
    @Test
    void aNameHasVersionAndVendor() throws IOException {
        assertEquals(
                Optional.of("25.0.3+9-LTS-Eclipse"),
                Jvm.name(
                        "IMPLEMENTOR=\"Eclipse Adoptium\"\nJAVA_RUNTIME_VERSION=\"25.0.3+9-LTS\"\nJAVA_VERSION=\"25.0.3\"\n"));
    }

    @Test
    void aReleaseFileWithoutVersionGivesNoName() throws IOException {
        assertEquals(Optional.empty(), Jvm.name("IMPLEMENTOR=\"Eclipse Adoptium\"\nJAVA_VERSION=\"25.0.3\"\n"));
    }

    @Test
    void aNameWithASlashIsRefused() throws IOException {
        assertEquals(Optional.empty(), Jvm.name("IMPLEMENTOR=\"N/A\"\nJAVA_RUNTIME_VERSION=\"17.0.1+1\"\n"));
    }

    @Test
    void anAotCacheIsMadeFromJava25On() {
        assertEquals("-XX:ArchiveClassesAtExit=f", new Jvm(Path.of("java"), "24-x", 24).recordingOption("f"));
        assertEquals("-XX:AOTCacheOutput=f", new Jvm(Path.of("java"), "25-x", 25).recordingOption("f"));
    }
}
