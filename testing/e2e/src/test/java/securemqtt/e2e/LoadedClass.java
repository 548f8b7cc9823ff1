package securemqtt.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A loaded class in the JVM's log.
 *
 * @param source the place from which the JVM loaded the class, as in the log
 */
record LoadedClass(String name, String source) {
    private static final Pattern LINE = Pattern.compile("(\\S+) source: (.*)");

    /** The environment in which the JVM writes its log to the file. */
    static Map<String, String> logging(Path log) {
        return Map.of("JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=" + log + ":none");
    }

    static List<LoadedClass> read(Path log) throws IOException {
        return Files.readAllLines(log).stream()
                .map(LINE::matcher)
                .filter(Matcher::matches)
                .map(line -> new LoadedClass(withoutNumbers(line.group(1)), line.group(2)))
                .toList();
    }

    /** Names of classes generated at run time contain a number or an address, which differs from run to run. */
    private static String withoutNumbers(String name) {
        return name.replaceFirst("[/+]0x\\w+$", "").replaceFirst("(\\$\\$Lambda|\\$Proxy)\\$?\\d+$", "$1");
    }

    boolean isFromArchive() {
        return source.startsWith("shared objects file");
    }

    /** Whether the class was read from a class file and not generated at run time. */
    boolean isFromClassFile() {
        return source.startsWith("file:") || source.startsWith("jrt:") || source.startsWith("jar:");
    }

    @Override
    public String toString() {
        return name + " from " + source;
    }
}
