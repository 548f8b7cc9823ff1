package securemqtt.responder.diagnosis;

import static securemqtt.responder.diagnosis.Step.right;
import static securemqtt.responder.diagnosis.Step.wrong;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.util.Arrays;

/** The ways in which clients write the shared secret as bytes, the right one first. */
final class Secrets {
    private static final List<Step<Function<AgreedValues, byte[]>>> VALUES = List.of(
            right(AgreedValues::secret),
            wrong(Mistake.SECRET_OWN_PUBLIC_VALUE, AgreedValues::client),
            wrong(Mistake.SECRET_PEER_PUBLIC_VALUE, AgreedValues::responder));

    private static final List<Step<Function<byte[], byte[]>>> ENCODINGS = List.of(
            right(Function.identity()),
            wrong(Mistake.SECRET_LEADING_ZEROS_DROPPED, Secrets::withoutLeadingZeros),
            wrong(Mistake.SECRET_SIGN_BYTE, value -> Arrays.prepend(value, (byte) 0)),
            wrong(Mistake.SECRET_LITTLE_ENDIAN, Arrays::reverse),
            wrong(Mistake.SECRET_DECIMAL_TEXT, value -> ascii(number(value).toString())),
            wrong(Mistake.SECRET_HEX_TEXT, value -> ascii(HexFormat.of().formatHex(value))),
            wrong(Mistake.SECRET_HEX_TEXT, value -> ascii(number(value).toString(16))),
            wrong(Mistake.SECRET_HEX_TEXT, value -> ascii("0x" + number(value).toString(16))),
            wrong(
                    Mistake.SECRET_HEX_TEXT,
                    value -> ascii(HexFormat.of().withUpperCase().formatHex(value))),
            wrong(
                    Mistake.SECRET_HEX_TEXT,
                    value -> ascii(HexFormat.ofDelimiter(":").formatHex(value))),
            wrong(Mistake.SECRET_BASE64_TEXT, Base64.getEncoder()::encode),
            wrong(Mistake.SECRET_BASE64_TEXT, Base64.getUrlEncoder()::encode),
            wrong(Mistake.SECRET_BASE64_TEXT, Base64.getEncoder().withoutPadding()::encode),
            wrong(Mistake.SECRET_SHA256, Secrets::sha256),
            wrong(Mistake.SECRET_SHA256, value -> ascii(HexFormat.of().formatHex(sha256(value)))));

    private Secrets() {}

    /** A way to write it, and the mistakes in it: of the number, of the writing, or both. */
    record Form(List<Mistake> mistakes, byte[] bytes) {}

    /** All of them. Two that give the same bytes are there once, the simpler one. */
    static List<Form> of(AgreedValues agreed) {
        List<Form> forms = new ArrayList<>();
        for (Step<Function<AgreedValues, byte[]>> value : VALUES) {
            for (Step<Function<byte[], byte[]>> encoding : ENCODINGS) {
                List<Mistake> mistakes = Stream.of(value.mistake(), encoding.mistake())
                        .flatMap(Optional::stream)
                        .toList();
                byte[] bytes = encoding.function().apply(value.function().apply(agreed));
                if (forms.stream().noneMatch(form -> java.util.Arrays.equals(form.bytes(), bytes))) {
                    forms.add(new Form(mistakes, bytes));
                }
            }
        }
        return forms;
    }

    private static byte[] sha256(byte[] value) {
        SHA256Digest sha256 = new SHA256Digest();
        sha256.update(value, 0, value.length);
        byte[] digest = new byte[sha256.getDigestSize()];
        sha256.doFinal(digest, 0);
        return digest;
    }

    private static BigInteger number(byte[] value) {
        return new BigInteger(1, value);
    }

    private static byte[] withoutLeadingZeros(byte[] value) {
        int zeros = 0;
        while (zeros < value.length - 1 && value[zeros] == 0) {
            zeros++;
        }
        return Arrays.copyOfRange(value, zeros, value.length);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
