package securemqtt.archive;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/**
 * A Java runtime, and which archive it makes: from 25 on an AOT cache, which has classes loaded and linked, before that an
 * archive of class data on top of the one that comes with the JDK.
 *
 * @param home its folder
 * @param name what tells it from others, as part of a file's name
 * @param feature the version, such as 17
 */
public record Jvm(Path home, String name, int feature) {
    private static final int FIRST_WITH_AOT_CACHE = 25;

    /** The runtime that runs this; empty if it is one that makes no archives. */
    public static Optional<Jvm> running() {
        Path home = Path.of(System.getProperty("java.home"));
        Path release = home.resolve("release");
        // What the archive is built on. Without it there is a JVM of another kind, or one without class data sharing.
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
     * The name, made as {@code launch.sh} makes it: version and the first word of the vendor, for example
     * {@code 25.0.3+9-LTS-Eclipse}.
     *
     * @param release the content of the file {@code release} in a runtime's folder
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

    /** The archive's file name. By its end {@code launch.sh} knows how to hand it to this JVM. */
    String archiveName() {
        return name + (feature >= FIRST_WITH_AOT_CACHE ? ".aot" : ".jsa");
    }

    /** What makes this JVM write an archive when a program ends. */
    String recordingOption(String file) {
        return (feature >= FIRST_WITH_AOT_CACHE ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + file;
    }
}
