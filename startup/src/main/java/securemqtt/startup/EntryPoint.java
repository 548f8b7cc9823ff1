package securemqtt.startup;

import io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThread;
import io.quarkus.bootstrap.runner.AotSerializedApplication;
import io.quarkus.bootstrap.runner.QuarkusEntryPoint;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Readies the JVM for Quarkus, in place of Quarkus's own entry point for the package type {@code aot-jar}. That one takes the
 * path of its jar for the text of a web form: in a folder named {@code c++} it finds nothing.
 */
public final class EntryPoint {
    private EntryPoint() {}

    /**
     * Has to be called before any other class of Quarkus is loaded. Where the program is not packaged, Quarkus does without
     * the index of its resources.
     *
     * @throws IOException if the index of the packaged program cannot be read
     */
    public static void prepare() throws IOException {
        // The class path is the one jar whose manifest names all others.
        Path folder =
                Path.of(System.getProperty("java.class.path")).toAbsolutePath().getParent();
        System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
        System.setProperty(
                "java.util.concurrent.ForkJoinPool.common.threadFactory",
                "io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory");
        // Quarkus lists the files in config/ of this folder, to warn of some, and fails where it must not. The working
        // directory is nothing to it; Java has read the property already, and resolves relative paths as before.
        System.setProperty("user.dir", folder.toString());
        Path index = folder.resolve(QuarkusEntryPoint.QUARKUS_APPLICATION_DAT);
        if (Files.exists(index)) {
            try (InputStream in = new BufferedInputStream(Files.newInputStream(index))) {
                ClassLoader indexed = AotSerializedApplication.read(in).getRunnerClassLoader();
                Thread.currentThread().setContextClassLoader(indexed);
                QuarkusForkJoinWorkerThread.setQuarkusAppClassloader(indexed);
            }
        }
    }
}
