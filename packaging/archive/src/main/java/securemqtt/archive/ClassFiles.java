package securemqtt.archive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;

/**
 * Rewrites old class files so that the JVM can archive them. Class files from before Java 6 have no stack map frames,
 * and the JVM archives no class that it cannot verify by frames. The rewritten classes behave the same.
 */
final class ClassFiles {
    /** Version 52, Java 8. From version 51 on, classes must have frames. */
    private static final int MODERN = Opcodes.V1_8;
    /** The offset of a class file's major version: two bytes, big-endian. */
    private static final int VERSION_OFFSET = 6;

    private ClassFiles() {}

    private record Entry(ZipEntry header, byte[] content) {
        boolean isOldClass() {
            return header.getName().endsWith(".class")
                    && ((content[VERSION_OFFSET] & 0xff) << 8 | content[VERSION_OFFSET + 1] & 0xff) < MODERN;
        }
    }

    /** Rewrites the old classes of a jar in place. Does not write a jar that has no old classes. */
    static void modernise(Path jar) throws IOException {
        List<Entry> entries = read(jar);
        if (entries.stream().noneMatch(Entry::isOldClass)) {
            return;
        }
        ByteArrayOutputStream modern = new ByteArrayOutputStream();
        try (URLClassLoader classes = new URLClassLoader(new URL[] {jar.toUri().toURL()});
                ZipOutputStream zip = new ZipOutputStream(modern)) {
            for (Entry entry : entries) {
                ZipEntry header = new ZipEntry(entry.header().getName());
                // Keeps the entry's time, so that two builds make identical files.
                header.setTimeLocal(entry.header().getTimeLocal());
                zip.putNextEntry(header);
                zip.write(entry.isOldClass() ? withFrames(entry.content(), classes) : entry.content());
                zip.closeEntry();
            }
        }
        Files.write(jar, modern.toByteArray());
    }

    private static List<Entry> read(Path jar) throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(jar))) {
            for (ZipEntry header = zip.getNextEntry(); header != null; header = zip.getNextEntry()) {
                entries.add(new Entry(header, zip.readAllBytes()));
            }
        }
        return entries;
    }

    private static byte[] withFrames(byte[] classFile, ClassLoader classes) {
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_FRAMES) {
            @Override
            protected ClassLoader getClassLoader() {
                return classes;
            }
        };
        ClassVisitor modern = new ClassVisitor(Opcodes.ASM9, writer) {
            @Override
            public void visit(
                    int version, int access, String name, String signature, String parent, String[] interfaces) {
                super.visit(MODERN, access, name, signature, parent, interfaces);
            }
        };
        new ClassReader(classFile).accept(modern, ClassReader.SKIP_FRAMES);
        return writer.toByteArray();
    }
}
