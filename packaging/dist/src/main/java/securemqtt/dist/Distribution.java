package securemqtt.dist;

import java.io.IOException;
import java.nio.file.DirectoryStream;
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
 * One program with everything it needs, as a relocatable folder and as a tar.gz file of that folder:
 *
 * <pre>
 * secure_mqtt_client    the launcher
 * lib/app/              the program as the build made it, and the archive of its classes
 * lib/runtime/          a Java runtime with the modules that the program uses
 * lib/launch.sh         the launcher's functions
 * share/                man pages, completion, and the list of all libraries with their licences
 * </pre>
 */
final class Distribution {
    /** The first Java whose archive of a program does not need an archive of the runtime's own classes. */
    private static final int FIRST_WITH_AOT_CACHE = 25;

    private final Path home;
    private final Path target;
    private final String module;
    private final Instant time;
    private final String name;
    private final Path folder;

    /**
     * @param home the project's folder
     * @param target the folder in which the distribution's folder and file are made
     * @param module {@code client} or {@code responder}
     * @param time the modification time of all packed files, so that two builds make identical files
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

    /** The distribution of a native program, which needs no Java. */
    static Distribution ofNative(Path home, Path target, String module, String version, Instant time) {
        return new Distribution(home, target, module, version, "-native", time);
    }

    /** The native program of a module; empty if there is none, or it is not newer than the program's jar. */
    static Optional<Path> nativeProgram(Path home, String module) throws IOException {
        Path built = home.resolve(module).resolve("target/" + program(module) + "-runner");
        Path jar = home.resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
        boolean isNewer =
                Files.exists(built) && Files.getLastModifiedTime(built).compareTo(Files.getLastModifiedTime(jar)) > 0;
        return isNewer ? Optional.of(built) : Optional.empty();
    }

    private static String program(String module) {
        return "secure_mqtt_" + module;
    }

    /** The operating system and the machine, named as by {@code uname}, such as {@code linux-x86_64}. */
    private static String platform() {
        String machine = System.getProperty("os.arch").equals("amd64") ? "x86_64" : System.getProperty("os.arch");
        return System.getProperty("os.name").toLowerCase(Locale.ROOT).replace(" ", "") + "-" + machine;
    }

    /** The program in the distribution's folder, for the training that makes its archive. */
    Training.Program program() {
        return new Training.Program(folder.resolve(program(module)), folder.resolve("lib/app"));
    }

    /** Deletes the folder and makes it again, without an archive. */
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
        // The functions of distribution.sh replace those of launch.sh, because later definitions win in a shell
        // script.
        Files.writeString(
                folder.resolve("lib/launch.sh"),
                Files.readString(home.resolve("src/main/sh/launch.sh"))
                        + Files.readString(home.resolve("src/main/sh/distribution.sh")));
        addDocuments();
        setTimes();
    }

    /** Deletes the folder and makes it again, with a native program. */
    void assembleNative(Path built) throws IOException {
        delete(folder);
        Path launcher = folder.resolve(program(module));
        copy(built, launcher);
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
        addDocuments();
    }

    private void addDocuments() throws IOException {
        // One page for the program, and one for each subcommand.
        try (DirectoryStream<Path> pages =
                Files.newDirectoryStream(home.resolve("packaging/manual/target/man"), program(module) + "*.1")) {
            for (Path page : pages) {
                copy(page, folder.resolve("share/man/man1").resolve(page.getFileName()));
            }
        }
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

    /** Runs jlink with the options of a file, which the container images use too. */
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

    /**
     * Sets all modification times to the fixed time. The JVM accepts an archive only if the jar has the same time as
     * when the archive was made, and unpacking restores the packed time.
     */
    private void setTimes() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!Files.isSymbolicLink(file)) {
                    Files.setLastModifiedTime(file, FileTime.from(time));
                }
            }
        }
    }

    /**
     * Packs the folder into a tar.gz file beside it. The order and the times of the files are the same in every
     * build.
     */
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
        String output = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IOException(Arrays.toString(command) + ": " + output);
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
