package securemqtt.protocol;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;

/**
 * The fuzzer chooses how ASN.1 values are nested, up to the depth and length that a message allows. From random bytes
 * it would rarely build two valid levels.
 */
class PublicKeyStructureFuzzTest {
    /** In bytes; more than the DER that fits into the longest message. */
    private static final int MAX_LENGTH = 7000;

    private static final int[] TAGS = {0x30, 0x31, 0xA0, 0x03, 0x04, 0x24, 0x23, 0x02, 0x06, 0x80};
    private static final byte[] HONEST = AcceptedKey.der(DhPublicKey.of(DhGroup.lab(), BigInteger.TEN));

    @FuzzTest(maxDuration = "")
    void anyStructureIsAGoodKeyOrRefused(FuzzedDataProvider data) throws Exception {
        byte[] value = data.consumeBoolean() ? HONEST : data.consumeBytes(40);
        int layers = data.consumeInt(0, 3000);
        int kinds = data.consumeInt(1, 4);
        Layer[] layer = new Layer[kinds];
        for (int i = 0; i < kinds; i++) {
            layer[i] =
                    new Layer(TAGS[data.consumeInt(0, TAGS.length - 1)], data.consumeInt(0, 4), data.consumeBytes(3));
        }
        for (int i = 0; i < layers && value.length < MAX_LENGTH; i++) {
            value = layer[i % kinds].around(value);
        }
        PublicKeyDerFuzzTest.checkKeyOrRefusal(value);
    }

    /**
     * One level of nesting.
     *
     * @param tag the tag of the outer value
     * @param form the form of the length: 0 is the shortest, 1 to 3 use at least so many bytes after the first, 4 is
     *     BER's indefinite form
     * @param trailing bytes that follow the inner value
     */
    private record Layer(int tag, int form, byte[] trailing) {
        byte[] around(byte[] value) {
            int length = value.length + trailing.length;
            int shortest = length < 0x80 ? 0 : length < 0x100 ? 1 : 2;
            int bytes = form == 4 ? 0 : Math.max(shortest, form);
            ByteArrayOutputStream out = new ByteArrayOutputStream(length + 8);
            out.write(tag);
            if (form == 4) {
                out.write(0x80);
            } else if (bytes == 0) {
                out.write(length);
            } else {
                out.write(0x80 + bytes);
                for (int i = bytes - 1; i >= 0; i--) {
                    out.write(length >> (8 * i));
                }
            }
            out.writeBytes(value);
            out.writeBytes(trailing);
            return out.toByteArray();
        }
    }
}
