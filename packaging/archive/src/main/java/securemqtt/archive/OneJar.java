package securemqtt.archive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Merges a program's jars, about sixty, into one. At each start, Java opens every jar of the class path and searches
 * each for every requested service, even if all classes come from an archive.
 */
final class OneJar implements AutoCloseable {
    private static final String JAR = "quarkus-run.jar";
    /** The version of Java whose classes are taken from multi-release jars. */
    private static final Runtime.Version MIN_JAVA = Runtime.Version.parse("17");

    private static final String SERVICES = "META-INF/services/";
    private static final String LEGAL = "META-INF/legal/";
    /** Lists the names of the merged jars, one per line. */
    private static final String LIST = "META-INF/libraries.txt";
    /** A fixed time, so that two builds make identical files. */
    private static final LocalDateTime TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

    private final JarOutputStream out;
    private final Set<String> written = new HashSet<>();
    private final Map<String, ByteArrayOutputStream> services = new LinkedHashMap<>();

    private OneJar(Path file) throws IOException {
        out = new JarOutputStream(Files.newOutputStream(file));
    }

    /** Whether the program in this folder is merged already. */
    static boolean isMerged(Path folder) throws IOException {
        return !manifest(folder.resolve(JAR)).getMainAttributes().containsKey(Attributes.Name.CLASS_PATH);
    }

    /**
     * Merges all jars of the class path in {@code quarkus-run.jar}'s manifest into {@code quarkus-run.jar}, then
     * deletes them. Keeps Quarkus's index of resources.
     *
     * @param folder the folder of a packaged program that is not merged yet
     * @param main the program's main class
     */
    static void merge(Path folder, String main) throws IOException {
        Path jar = folder.resolve(JAR);
        Manifest manifest = manifest(jar);
        Attributes attributes = manifest.getMainAttributes();
        List<Path> jars = Stream.of(
                        attributes.getValue(Attributes.Name.CLASS_PATH).split(" +"))
                .map(folder::resolve)
                .toList();
        attributes.remove(Attributes.Name.CLASS_PATH);
        attributes.put(Attributes.Name.MAIN_CLASS, main);
        Path merged = folder.resolve("merged.jar");
        try (OneJar one = new OneJar(merged)) {
            one.write(manifest, jars);
        }
        Files.move(merged, jar, StandardCopyOption.REPLACE_EXISTING);
        for (Path part : jars) {
            Files.delete(part);
        }
        deleteEmptyFolders(folder);
    }

    private static Manifest manifest(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return new Manifest(file.getManifest());
        }
    }

    private void write(Manifest manifest, List<Path> jars) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        manifest.write(bytes);
        put(JarFile.MANIFEST_NAME, bytes.toByteArray());
        for (Path jar : jars) {
            try (JarFile in = new JarFile(jar.toFile(), false, ZipFile.OPEN_READ, MIN_JAVA)) {
                for (JarEntry entry : in.versionedStream().toList()) {
                    if (!entry.isDirectory() && !describesItsJarOnly(entry.getName())) {
                        add(
                                jar.getFileName(),
                                entry.getName(),
                                in.getInputStream(entry).readAllBytes());
                    }
                }
            }
        }
        for (Map.Entry<String, ByteArrayOutputStream> service : services.entrySet()) {
            put(service.getKey(), service.getValue().toByteArray());
        }
        String list = jars.stream().map(jar -> jar.getFileName() + "\n").collect(Collectors.joining());
        put(LIST, list.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Whether the entry describes its own jar, as manifests and signatures do, so that it is useless in the merged
     * jar.
     */
    private static boolean describesItsJarOnly(String name) {
        return name.equals(JarFile.MANIFEST_NAME)
                || name.equals("META-INF/INDEX.LIST")
                || name.matches("META-INF/[^/]*\\.(SF|DSA|RSA|EC)")
                || name.startsWith("META-INF/versions/")
                || name.endsWith("module-info.class");
    }

    private void add(Path jar, String name, byte[] content) throws IOException {
        if (name.startsWith(SERVICES)) {
            // Providers from all jars are joined. The added newline ends a last line that has none.
            ByteArrayOutputStream providers = services.computeIfAbsent(name, first -> new ByteArrayOutputStream());
            providers.writeBytes(content);
            providers.write('\n');
            return;
        }
        String target = isLegal(name) ? LEGAL + jar + "/" + name.replaceFirst("^META-INF/", "") : name;
        // The first entry with a name wins, as on a class path.
        if (written.add(target)) {
            put(target, content);
        }
    }

    /** Whether the entry is a licence, or a notice that a licence requires to be passed on. */
    private static boolean isLegal(String name) {
        return name.matches("(?i)(META-INF/)?[^/]*(LICEN[CS]E|NOTICE|COPYRIGHT)[^/]*") && !name.endsWith(".class");
    }

    private void put(String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(TIME);
        out.putNextEntry(entry);
        out.write(content);
        out.closeEntry();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    private static void deleteEmptyFolders(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path one : all.filter(Files::isDirectory)
                    .sorted(Comparator.reverseOrder())
                    .toList()) {
                try (Stream<Path> content = Files.list(one)) {
                    if (content.findAny().isPresent()) {
                        continue;
                    }
                }
                Files.delete(one);
            }
        }
    }
}
