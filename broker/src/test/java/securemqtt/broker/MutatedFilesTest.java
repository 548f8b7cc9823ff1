package securemqtt.broker;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static securemqtt.broker.TestFiles.CA_FILE;
import static securemqtt.broker.TestFiles.bytes;
import static securemqtt.broker.TestFiles.text;

import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a file contains, reading it throws at most the exception for the user, and its message is plain text. */
class MutatedFilesTest {
    private static final int MUTATIONS = 2000;
    private static final int MAX_CHANGES = 4;
    /** The option, the file and the problem, without control characters. */
    private static final Pattern MESSAGE = Pattern.compile("--cafile ca\\.pem[: ][ -~]*");

    @ParameterizedTest
    @ValueSource(strings = {"authority.pem", "trusted-for-servers.pem", "rejected-for-all.pem", "encrypted.key"})
    void aMutatedTextIsReadOrRefused(String name) {
        byte[] content = bytes(text("authority.key") + text(name) + text("other-authority.pem"));
        Random random = new Random(name.hashCode());
        for (int i = 0; i < MUTATIONS; i++) {
            assertReadOrRefused(mutated(content, random));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"authority.pem", "trusted-for-servers.pem", "rejected-for-all.pem"})
    void aMutatedCertificateIsReadOrRefused(String name) {
        byte[] der = Base64.getMimeDecoder().decode(text(name).replaceAll("-----.*-----", ""));
        Random random = new Random(name.hashCode());
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] mutated = mutated(der, random);
            assertReadOrRefused(mutated);
            assertReadOrRefused(bytes(PemBlock.encode("TRUSTED CERTIFICATE", mutated)));
        }
    }

    @Test
    void deeplyNestedSequencesAreRefused() {
        byte[] nested = new byte[CertificateFile.MAX_LENGTH / 2];
        int begin = nested.length;
        while (begin >= 5) {
            int length = nested.length - begin;
            begin -= 5;
            nested[begin] = 0x30;
            nested[begin + 1] = (byte) 0x83;
            nested[begin + 2] = (byte) (length >> 16);
            nested[begin + 3] = (byte) (length >> 8);
            nested[begin + 4] = (byte) length;
        }
        byte[] der = Arrays.copyOfRange(nested, begin, nested.length);

        assertReadOrRefused(der);
        assertReadOrRefused(bytes(PemBlock.encode("CERTIFICATE", der)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"-----BEGIN ", "-----END ", "-----BEGIN A-----\n-----END A-----\n", "-----", " ", "\n", "a:\n"})
    void theLongestFileIsReadQuickly(String part) {
        String many = part.repeat(CertificateFile.MAX_LENGTH / part.length());

        assertTimeout(Duration.ofSeconds(10), () -> assertReadOrRefused(bytes(many)));
    }

    private static void assertReadOrRefused(byte[] content) {
        try {
            assertFalse(CertificateFile.parse(CA_FILE, content).certificates().isEmpty());
        } catch (UnusableFileException e) {
            assertTrue(MESSAGE.matcher(e.getMessage()).matches(), e.getMessage());
            assertFalse(e.getMessage().contains("xception"), e.getMessage());
        }
    }

    /** Returns a copy in which bytes are overwritten, removed, repeated or cut off. */
    private static byte[] mutated(byte[] original, Random random) {
        byte[] bytes = original.clone();
        for (int changes = 1 + random.nextInt(MAX_CHANGES); changes > 0 && bytes.length > 1; changes--) {
            int at = random.nextInt(bytes.length);
            int length = 1 + random.nextInt(bytes.length - at);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] = (byte) random.nextInt();
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes = joined(Arrays.copyOf(bytes, at), bytes, at + 1);
                case 3 -> bytes = joined(Arrays.copyOf(bytes, at + length), bytes, at);
                default -> bytes = random.nextInt(4) == 0 ? Arrays.copyOf(bytes, at) : bytes;
            }
        }
        return bytes;
    }

    private static byte[] joined(byte[] front, byte[] back, int from) {
        byte[] joined = Arrays.copyOf(front, front.length + back.length - from);
        System.arraycopy(back, from, joined, front.length, back.length - from);
        return joined;
    }
}
