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
 * Prepares the JVM for Quarkus. It replaces Quarkus's own entry point for the package type {@code aot-jar}, which
 * decodes the path of its jar like the data of a web form. In a folder named {@code c++} that one finds nothing.
 */
public final class EntryPoint {
    private EntryPoint() {}

    /**
     * Sets what Quarkus expects of its JVM. Call it before any other class of Quarkus is loaded. A program that is
     * not packaged has no index of its resources.
     *
     * @throws IOException if the index of the packaged program cannot be read
     */
    public static void prepare() throws IOException {
        // The class path is a single jar, whose manifest names all others.
        Path folder =
                Path.of(System.getProperty("java.class.path")).toAbsolutePath().getParent();
        System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
        System.setProperty(
                "java.util.concurrent.ForkJoinPool.common.threadFactory",
                "io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory");
        // Quarkus lists config/ in the folder that this property names, and fails if it may not read it. So this is the
        // program's own folder. Relative paths do not change, because Java has already read the property.
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
