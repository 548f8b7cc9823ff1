package securemqtt.startup;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/** What a program says of itself: its version, and from what it was started. */
public final class ProgramVersion {
    private static final Path OWN_MAPPINGS = Path.of("/proc/self/maps");

    private ProgramVersion() {}

    /**
     * The lines for the user.
     *
     * @param program its name
     * @param artifact of Maven, without the group
     * @param detailed whether to say by which Java it is run, and whether from an archive of its classes
     */
    public static String[] lines(String program, String artifact, boolean detailed) {
        List<String> lines = new ArrayList<>(List.of(program + " " + written(artifact)));
        if (detailed) {
            lines.add("Java " + System.getProperty("java.runtime.version") + " of " + System.getProperty("java.vendor")
                    + ", " + System.getProperty("java.home"));
            lines.add(archive());
        }
        return lines.toArray(String[]::new);
    }

    /** Not the package's version: that is the one of whichever jar its first class came from, and Quarkus has one as well. */
    private static String written(String artifact) {
        Properties properties = new Properties();
        String resource = "/META-INF/maven/securemqtt/" + artifact + "/pom.properties";
        try (InputStream byMaven = ProgramVersion.class.getResourceAsStream(resource)) {
            if (byMaven != null) {
                properties.load(byMaven);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version", "(not packaged)");
    }

    private static String archive() {
        if (System.getProperty("org.graalvm.nativeimage.imagecode") != null) {
            return "a native program";
        }
        Optional<String> given = archiveGiven();
        if (given.isEmpty()) {
            return "without an archive of its classes";
        }
        return isMapped(given.get())
                ? "from the archive of its classes " + given.get()
                : "without an archive of its classes, as Java does not take " + given.get();
    }

    /** By the options of this process; empty too where they cannot be read. */
    private static Optional<String> archiveGiven() {
        String[] options = ProcessHandle.current().info().arguments().orElse(new String[0]);
        return Stream.of(options)
                .filter(option -> option.startsWith("-XX:AOTCache=") || option.startsWith("-XX:SharedArchiveFile="))
                .map(option -> option.substring(option.indexOf('=') + 1))
                .findFirst();
    }

    /** Whether the file is in the memory of this process; true where nobody can tell. */
    private static boolean isMapped(String file) {
        if (!Files.isReadable(OWN_MAPPINGS)) {
            return true;
        }
        try (Stream<String> mappings = Files.lines(OWN_MAPPINGS)) {
            return mappings.anyMatch(mapping -> mapping.endsWith(file));
        } catch (IOException | UncheckedIOException e) {
            return true;
        }
    }
}
