package securemqtt.archive;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/**
 * A Java runtime and the kind of archive that it makes. From Java 25 on it makes an AOT cache, which contains loaded
 * and linked classes. Earlier versions make a CDS archive on top of the JDK's own archive.
 *
 * @param home the runtime's folder
 * @param name the runtime's version and vendor, which identify it in file names
 * @param feature the feature version, such as 17
 */
public record Jvm(Path home, String name, int feature) {
    private static final int FIRST_WITH_AOT_CACHE = 25;

    /** The runtime that runs this code; empty if it cannot make archives. */
    public static Optional<Jvm> running() {
        Path home = Path.of(System.getProperty("java.home"));
        Path release = home.resolve("release");
        // Without classes.jsa, this is not HotSpot, or it has no class data sharing.
        if (!Files.isRegularFile(home.resolve("lib/server/classes.jsa")) || !Files.isRegularFile(release)) {
            return Optional.empty();
        }
        try {
            return name(Files.readString(release))
                    .map(name -> new Jvm(home, name, Runtime.version().feature()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The runtime's name: its version and the first word of its vendor, for example {@code 25.0.3+9-LTS-Eclipse}.
     * {@code launch.sh} computes the same name.
     *
     * @param release the content of the file {@code release} in the runtime's folder
     * @return empty if the file has no version, or the name contains a slash
     */
    static Optional<String> name(String release) throws IOException {
        Properties properties = new Properties();
        properties.load(new StringReader(release));
        String version = unquote(properties.getProperty("JAVA_RUNTIME_VERSION", ""));
        String vendor = unquote(properties.getProperty("IMPLEMENTOR", "")).split(" ", 2)[0];
        String name = version + "-" + vendor;
        return version.isEmpty() || name.contains("/") ? Optional.empty() : Optional.of(name);
    }

    private static String unquote(String value) {
        return value.replaceAll("^\"|\"$", "");
    }

    /** The archive's file name. {@code launch.sh} chooses the JVM's option by its suffix. */
    String archiveName() {
        return name + (feature >= FIRST_WITH_AOT_CACHE ? ".aot" : ".jsa");
    }

    /** The option that makes this JVM write an archive when a program exits. */
    String recordingOption(String file) {
        return (feature >= FIRST_WITH_AOT_CACHE ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + file;
    }
}
