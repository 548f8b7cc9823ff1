package securemqtt.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.LocalDateTime;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

class ClassFilesTest {
    private static final LocalDateTime TIME = LocalDateTime.of(2001, 2, 3, 4, 5, 6);

    @TempDir
    Path folder;

    private Path jar;

    @BeforeEach
    void packJar() throws IOException {
        jar = folder.resolve("old.jar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            add(zip, "Old.class", classWithABranch(Opcodes.V1_5));
            add(zip, "New.class", classWithABranch(Opcodes.V1_6));
            add(zip, "text", "as it is".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void anOldClassGetsFramesAndBehavesTheSame() throws Exception {
        ClassFiles.modernise(jar);

        assertEquals(Opcodes.V1_8, new ClassReader(content("Old.class")).readUnsignedShort(6));
        // The JVM refuses a class of this version that has a branch and no frames.
        try (URLClassLoader classes = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
            assertEquals(
                    7, classes.loadClass("Old").getMethod("least", int.class).invoke(null, 3));
        }
    }

    @Test
    void otherFilesAndAllTimesStayUnchanged() throws IOException {
        byte[] before = content("text");

        ClassFiles.modernise(jar);

        assertArrayEquals(before, content("text"));
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            assertEquals(TIME, zip.getEntry("Old.class").getTimeLocal());
        }
    }

    @Test
    void aJarWithoutOldClassesIsNotWritten() throws IOException {
        ClassFiles.modernise(jar);
        byte[] once = Files.readAllBytes(jar);
        FileTime time = Files.getLastModifiedTime(jar);

        ClassFiles.modernise(jar);

        assertArrayEquals(once, Files.readAllBytes(jar));
        assertEquals(time, Files.getLastModifiedTime(jar));
    }

    private byte[] content(String name) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            return zip.getInputStream(zip.getEntry(name)).readAllBytes();
        }
    }

    private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(TIME);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    /** A class with a static method {@code least}, which returns the greater of 7 and its argument. */
    private static byte[] classWithABranch(int version) {
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        writer.visit(version, Opcodes.ACC_PUBLIC, "Old", null, "java/lang/Object", null);
        MethodVisitor method = writer.visitMethod(Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC, "least", "(I)I", null, null);
        Label small = new Label();
        method.visitVarInsn(Opcodes.ILOAD, 0);
        method.visitIntInsn(Opcodes.BIPUSH, 7);
        method.visitJumpInsn(Opcodes.IF_ICMPLT, small);
        method.visitVarInsn(Opcodes.ILOAD, 0);
        method.visitInsn(Opcodes.IRETURN);
        method.visitLabel(small);
        method.visitIntInsn(Opcodes.BIPUSH, 7);
        method.visitInsn(Opcodes.IRETURN);
        method.visitMaxs(0, 0);
        method.visitEnd();
        writer.visitEnd();
        return writer.toByteArray();
    }
}
