package securemqtt.responder.diagnosis;

import static securemqtt.responder.diagnosis.Step.right;
import static securemqtt.responder.diagnosis.Step.wrong;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.SHA1Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.bouncycastle.crypto.digests.SHA3Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.bouncycastle.util.Arrays;

/** The ways in which clients derive the 32 bytes of the session key from the secret's bytes, the right one first. */
final class Derivations {
    private static final int LENGTH = 32;
    private static final byte[] ZERO = {0};
    private static final byte[] NONE = {};
    /** The first counter of ConcatKDF (NIST SP 800-56C) and X963KDF (SEC 1, section 3.6.1), which one block needs. */
    private static final byte[] COUNTER = {0, 0, 0, 1};

    private static final byte[] TEXT = ascii("0x00");
    private static final byte[] DIGIT = ascii("0");
    private static final byte[] ESCAPE = ascii("\\x00");

    static final List<Step<Function<byte[], byte[]>>> ALL = List.of(
            right(hkdf(SHA256Digest::new, ZERO, ZERO)),
            wrong(Mistake.KDF_INFO_EMPTY, hkdf(SHA256Digest::new, ZERO, NONE)),
            wrong(Mistake.KDF_INFO_TEXT, hkdf(SHA256Digest::new, ZERO, TEXT)),
            wrong(Mistake.KDF_INFO_DIGIT, hkdf(SHA256Digest::new, ZERO, DIGIT)),
            wrong(Mistake.KDF_SALT_TEXT, hkdf(SHA256Digest::new, TEXT, ZERO)),
            wrong(Mistake.KDF_SALT_DIGIT, hkdf(SHA256Digest::new, DIGIT, ZERO)),
            wrong(Mistake.KDF_SALT_AND_INFO_TEXT, hkdf(SHA256Digest::new, TEXT, TEXT)),
            wrong(Mistake.KDF_SALT_AND_INFO_DIGIT, hkdf(SHA256Digest::new, DIGIT, DIGIT)),
            wrong(Mistake.KDF_SALT_AND_INFO_ESCAPE, hkdf(SHA256Digest::new, ESCAPE, ESCAPE)),
            wrong(Mistake.KDF_INFO_EXAMPLE, hkdf(SHA256Digest::new, NONE, ascii("handshake data"))),
            wrong(Mistake.KDF_SHA512, hkdf(SHA512Digest::new, ZERO, ZERO)),
            wrong(Mistake.KDF_SHA384, hkdf(SHA384Digest::new, ZERO, ZERO)),
            wrong(Mistake.KDF_SHA1, hkdf(SHA1Digest::new, ZERO, ZERO)),
            wrong(Mistake.KDF_EXTRACT_ONLY, secret -> new HKDFBytesGenerator(new SHA256Digest())
                    .extractPRK(ZERO, secret)),
            wrong(Mistake.KDF_EXPAND_ONLY, Derivations::expand),
            wrong(Mistake.KDF_PLAIN_SHA256, secret -> digest(new SHA256Digest(), secret)),
            wrong(Mistake.KDF_PLAIN_SHA512, secret -> first(digest(new SHA512Digest(), secret))),
            wrong(
                    Mistake.KDF_PLAIN_SHA256_HEX,
                    secret -> first(ascii(HexFormat.of().formatHex(digest(new SHA256Digest(), secret))))),
            wrong(Mistake.KDF_NONE_FIRST_BYTES, Derivations::first),
            wrong(
                    Mistake.KDF_NONE_LAST_BYTES,
                    secret -> Arrays.copyOfRange(
                            secret, Math.max(0, secret.length - LENGTH), Math.max(LENGTH, secret.length))),
            wrong(Mistake.KDF_PLAIN_SHA3_256, secret -> digest(new SHA3Digest(LENGTH * Byte.SIZE), secret)),
            wrong(Mistake.KDF_CONCAT, secret -> digest(new SHA256Digest(), Arrays.concatenate(COUNTER, secret))),
            wrong(Mistake.KDF_CONCAT, secret -> digest(new SHA256Digest(), Arrays.concatenate(COUNTER, secret, ZERO))),
            wrong(Mistake.KDF_X963, secret -> digest(new SHA256Digest(), Arrays.concatenate(secret, COUNTER))),
            wrong(Mistake.KDF_X963, secret -> digest(new SHA256Digest(), Arrays.concatenate(secret, COUNTER, ZERO))),
            wrong(
                    Mistake.KDF_HEX_TEXT,
                    secret -> first(ascii(HexFormat.of()
                            .formatHex(hkdf(SHA256Digest::new, ZERO, ZERO).apply(secret))))),
            wrong(
                    Mistake.KDF_BASE64_TEXT,
                    secret -> first(Base64.getUrlEncoder()
                            .encode(hkdf(SHA256Digest::new, ZERO, ZERO).apply(secret)))));

    private Derivations() {}

    private static Function<byte[], byte[]> hkdf(Supplier<Digest> digest, byte[] salt, byte[] info) {
        return secret -> {
            HKDFBytesGenerator hkdf = new HKDFBytesGenerator(digest.get());
            hkdf.init(new HKDFParameters(secret, salt, info));
            return generate(hkdf);
        };
    }

    private static byte[] expand(byte[] secret) {
        HKDFBytesGenerator hkdf = new HKDFBytesGenerator(new SHA256Digest());
        hkdf.init(HKDFParameters.skipExtractParameters(secret, ZERO));
        return generate(hkdf);
    }

    private static byte[] generate(HKDFBytesGenerator hkdf) {
        byte[] key = new byte[LENGTH];
        hkdf.generateBytes(key, 0, LENGTH);
        return key;
    }

    private static byte[] digest(Digest digest, byte[] bytes) {
        digest.update(bytes, 0, bytes.length);
        byte[] result = new byte[digest.getDigestSize()];
        digest.doFinal(result, 0);
        return result;
    }

    private static byte[] first(byte[] bytes) {
        return Arrays.copyOf(bytes, LENGTH);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
