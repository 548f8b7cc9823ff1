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

/** The version of a program, the Java runtime that runs it, and the archive of its classes. */
public final class ProgramVersion {
    private static final Path OWN_MAPPINGS = Path.of("/proc/self/maps");

    private ProgramVersion() {}

    /**
     * Returns the lines for the user.
     *
     * @param program the name of the program; with dashes it is the artifact in Maven
     * @param detailed whether to name the Java runtime, and the archive of the program's classes
     */
    public static String[] lines(String program, boolean detailed) {
        List<String> lines = new ArrayList<>(List.of(program + " " + packaged(program.replace('_', '-'))));
        if (detailed) {
            lines.add("Java " + System.getProperty("java.runtime.version") + " of " + System.getProperty("java.vendor")
                    + ", " + System.getProperty("java.home"));
            lines.add(archive());
        }
        return lines.toArray(String[]::new);
    }

    /** Asks Maven's file, because Java's version of a package is that of whichever jar its first class comes from. */
    private static String packaged(String artifact) {
        Properties properties = new Properties();
        String resource = "/META-INF/maven/securemqtt/" + artifact + "/pom.properties";
        try (InputStream in = ProgramVersion.class.getResourceAsStream(resource)) {
            if (in != null) {
                properties.load(in);
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
        Optional<String> given = archiveOption();
        if (given.isEmpty()) {
            return "without a class archive";
        }
        return isMapped(given.get())
                ? "from the class archive " + given.get()
                : "without a class archive, because Java rejects " + given.get();
    }

    /** The archive that the options of this process name. Empty also if the options cannot be read. */
    private static Optional<String> archiveOption() {
        String[] options = ProcessHandle.current().info().arguments().orElse(new String[0]);
        return Stream.of(options)
                .filter(option -> option.startsWith("-XX:AOTCache=") || option.startsWith("-XX:SharedArchiveFile="))
                .map(option -> option.substring(option.indexOf('=') + 1))
                .findFirst();
    }

    /** Whether this process has mapped the file into memory; true if the mappings cannot be read. */
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
