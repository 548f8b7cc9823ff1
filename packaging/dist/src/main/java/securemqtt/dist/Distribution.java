package securemqtt.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import securemqtt.archive.Training;

/**
 * One program with all that it needs, in a folder that may be put anywhere, and packed as a file:
 *
 * <pre>
 * secure_mqtt_client    the launcher
 * lib/app/              the program as the build has made it, and the archive of its classes
 * lib/runtime/          a Java runtime with the modules that the program uses
 * lib/launch.sh         what the launcher needs
 * share/                man page, completion, and the list of all libraries with their licences
 * </pre>
 */
final class Distribution {
    /** The first Java that archives a program by itself, with no archive of the runtime's classes below. */
    private static final int FIRST_WITH_AOT_CACHE = 25;

    private final Path home;
    private final Path target;
    private final String module;
    private final Instant time;
    private final String name;
    private final Path folder;

    /**
     * @param target where the folder is made, and the file
     * @param module {@code client} or {@code responder}
     * @param time what the files have as the time of their last change, whenever they were made
     */
    Distribution(Path home, Path target, String module, String version, Instant time) {
        this(home, target, module, version, "", time);
    }

    private Distribution(Path home, Path target, String module, String version, String kind, Instant time) {
        this.home = home;
        this.target = target;
        this.module = module;
        this.time = time;
        this.name = program(module) + "-" + version + "-" + platform() + kind;
        this.folder = target.resolve(name);
    }

    /** Of a program that needs no Java, as it was built natively. */
    static Distribution ofNative(Path home, Path target, String module, String version, Instant time) {
        return new Distribution(home, target, module, version, "-native", time);
    }

    /** The native program of a module; empty if there is none, or one that is older than the program for Java. */
    static Optional<Path> nativeProgram(Path home, String module) throws IOException {
        Path built = home.resolve(module).resolve("target/" + program(module) + "-runner");
        Path jar = home.resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
        boolean isLater =
                Files.exists(built) && Files.getLastModifiedTime(built).compareTo(Files.getLastModifiedTime(jar)) > 0;
        return isLater ? Optional.of(built) : Optional.empty();
    }

    private static String program(String module) {
        return "secure_mqtt_" + module;
    }

    /** As {@code uname} has it. */
    private static String platform() {
        String machine = System.getProperty("os.arch").equals("amd64") ? "x86_64" : System.getProperty("os.arch");
        return System.getProperty("os.name").toLowerCase(Locale.ROOT).replace(" ", "") + "-" + machine;
    }

    /** What the archive is made of. */
    Training.Program program() {
        return new Training.Program(folder.resolve(program(module)), folder.resolve("lib/app"));
    }

    /** Makes the folder anew, without an archive. */
    void assemble() throws IOException, InterruptedException {
        delete(folder);
        Files.createDirectories(folder.resolve("lib"));
        makeRuntime(folder.resolve("lib/runtime"));
        copy(home.resolve(module).resolve("target/quarkus-app"), folder.resolve("lib/app"));
        try (Stream<Path> files = Files.list(folder.resolve("lib/app"))) {
            for (Path archive : files.filter(Distribution::isArchive).toList()) {
                Files.delete(archive);
            }
        }
        Path launcher = folder.resolve(program(module));
        Files.writeString(
                launcher,
                Files.readString(home.resolve(program(module)))
                        .replace("$home/src/main/sh/launch.sh", "$home/lib/launch.sh"));
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
        // What comes later counts: where the project's own launcher looks for a Java, this one has its own.
        Files.writeString(
                folder.resolve("lib/launch.sh"),
                Files.readString(home.resolve("src/main/sh/launch.sh"))
                        + Files.readString(home.resolve("src/main/sh/distribution.sh")));
        addDocuments();
        setTimes();
    }

    /** Makes the folder anew, of a program that was built natively. */
    void assembleNative(Path built) throws IOException {
        delete(folder);
        Path launcher = folder.resolve(program(module));
        copy(built, launcher);
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
        addDocuments();
    }

    private void addDocuments() throws IOException {
        copy(
                home.resolve("packaging/manual/target/man").resolve(program(module) + ".1"),
                folder.resolve("share/man/man1").resolve(program(module) + ".1"));
        copy(
                home.resolve("packaging/manual/target/completion").resolve(program(module)),
                folder.resolve("share/bash-completion/completions").resolve(program(module)));
        copy(
                home.resolve(module).resolve("target/bom.json"),
                folder.resolve("share").resolve(program(module) + ".cdx.json"));
    }

    private static boolean isArchive(Path file) {
        return file.toString().endsWith(".aot") || file.toString().endsWith(".jsa");
    }

    /** By options in a file, which the container images take too. */
    private void makeRuntime(Path runtime) throws IOException, InterruptedException {
        run(
                Path.of(System.getProperty("java.home"), "bin", "jlink").toString(),
                "@" + home.resolve("packaging/dist").resolve(module + ".jlink"),
                "--output",
                runtime.toString());
        if (Runtime.version().feature() < FIRST_WITH_AOT_CACHE) {
            run(runtime.resolve("bin/java").toString(), "-Xshare:dump");
        }
    }

    /** The JVM takes an archive only if its jars have the times that they had when it was made: those of the packed files. */
    private void setTimes() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!Files.isSymbolicLink(file)) {
                    Files.setLastModifiedTime(file, FileTime.from(time));
                }
            }
        }
    }

    /** Packs the folder, in one file beside it, in the same order and with the same times whenever that is done. */
    void pack() throws IOException, InterruptedException {
        setTimes();
        run(
                "tar",
                "--create",
                "--file=" + target.resolve(name + ".tar.gz"),
                "--use-compress-program=gzip -n -9",
                "--directory=" + target,
                "--sort=name",
                "--owner=0",
                "--group=0",
                "--numeric-owner",
                "--mode=u+w,go-w,a+rX",
                name);
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IOException(Arrays.toString(command) + ": " + said);
        }
    }

    private static void copy(Path source, Path destination) throws IOException {
        Files.createDirectories(destination.getParent());
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(source)) {
            all.forEach(files::add);
        }
        for (Path file : files) {
            Files.copy(
                    file,
                    destination.resolve(source.relativize(file).toString()).normalize());
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
