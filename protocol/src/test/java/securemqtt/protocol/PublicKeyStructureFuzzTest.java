package securemqtt.protocol;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;

/**
 * The fuzzer chooses how values lie in one another, as deep and as long as a message can hold. From bytes alone it would hardly
 * ever get two levels right.
 */
class PublicKeyStructureFuzzTest {
    /** What half a message of base64 has room for, and more. */
    private static final int LONGEST = 7000;

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
        for (int i = 0; i < layers && value.length < LONGEST; i++) {
            value = layer[i % kinds].around(value);
        }
        PublicKeyDerFuzzTest.areGoodKeysOrRefused(value);
    }

    /**
     * @param form of the length: 0 the shortest, 1 to 3 that many bytes after the first, 4 BER's indefinite one
     * @param behind what comes behind the value inside
     */
    private record Layer(int tag, int form, byte[] behind) {
        byte[] around(byte[] value) {
            int length = value.length + behind.length;
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
            out.writeBytes(behind);
            return out.toByteArray();
        }
    }
}
