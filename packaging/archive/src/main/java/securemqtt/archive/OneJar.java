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
 * A program in one jar in place of some sixty. At each start Java opens every jar of the class path, and looks into each for
 * every kind of service that is asked for, even if all classes come from an archive.
 */
final class OneJar implements AutoCloseable {
    private static final String JAR = "quarkus-run.jar";
    /** Of libraries that have other classes for later versions, those for this one. */
    private static final Runtime.Version LEAST_JAVA = Runtime.Version.parse("17");

    private static final String SERVICES = "META-INF/services/";
    private static final String LEGAL = "META-INF/legal/";
    /** The names of the jars that it is made of, a line each. */
    private static final String LIST = "META-INF/libraries.txt";
    /** Two builds are to make the same file. */
    private static final LocalDateTime TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

    private final JarOutputStream out;
    private final Set<String> written = new HashSet<>();
    private final Map<String, ByteArrayOutputStream> services = new LinkedHashMap<>();

    private OneJar(Path file) throws IOException {
        out = new JarOutputStream(Files.newOutputStream(file));
    }

    /** Whether the program in this folder has been merged. */
    static boolean isMerged(Path folder) throws IOException {
        return !manifest(folder.resolve(JAR)).getMainAttributes().containsKey(Attributes.Name.CLASS_PATH);
    }

    /**
     * Merges the jars that Quarkus has made into the one that names them all, and removes them. Quarkus's index of resources stays.
     *
     * @param folder of the packaged program, which is not merged yet
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
            try (JarFile in = new JarFile(jar.toFile(), false, ZipFile.OPEN_READ, LEAST_JAVA)) {
                for (JarEntry entry : in.versionedStream().toList()) {
                    if (!entry.isDirectory() && !isOfItsJar(entry.getName())) {
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

    /** Whether it says something about the jar that it is in, and nothing of its classes. */
    private static boolean isOfItsJar(String name) {
        return name.equals(JarFile.MANIFEST_NAME)
                || name.equals("META-INF/INDEX.LIST")
                || name.matches("META-INF/[^/]*\\.(SF|DSA|RSA|EC)")
                || name.startsWith("META-INF/versions/")
                || name.endsWith("module-info.class");
    }

    private void add(Path jar, String name, byte[] content) throws IOException {
        if (name.startsWith(SERVICES)) {
            // All providers count. The last line may have no end.
            ByteArrayOutputStream providers = services.computeIfAbsent(name, first -> new ByteArrayOutputStream());
            providers.writeBytes(content);
            providers.write('\n');
            return;
        }
        String place = isLegal(name) ? LEGAL + jar + "/" + name.replaceFirst("^META-INF/", "") : name;
        // Of several the first counts, as on a class path.
        if (written.add(place)) {
            put(place, content);
        }
    }

    /** Whether it is a licence, or what a licence wants to be passed on. */
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
