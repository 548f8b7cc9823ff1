package securemqtt.protocol;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * Reads DER (X.690, section 10) of a known structure, one value after another. The caller decides which values to
 * descend into. A general parser descends into every nested value, so a hostile message of 8 KiB can overflow its
 * stack.
 */
final class DerReader {
    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int OBJECT_IDENTIFIER = 0x06;
    static final int SEQUENCE = 0x30;

    /**
     * The largest length in the short form. In the long form, the lower 7 bits of the first byte count the length
     * bytes that follow. The count 0 is BER's indefinite form, which DER forbids.
     */
    private static final int MAX_SHORT_LENGTH = 0x7F;

    /** Two length bytes reach 64 KiB. */
    private static final int MAX_LENGTH_BYTES = 2;

    private final byte[] bytes;
    private final int end;
    private int position;

    DerReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    private DerReader(byte[] bytes, int begin, int end) {
        this.bytes = bytes;
        this.position = begin;
        this.end = end;
    }

    boolean hasMore() {
        return position < end;
    }

    /**
     * Moves past the next value.
     *
     * @param tag the tag that the value must have
     * @return a reader of the value's content
     * @throws RefusedException {@link Refusal#KEY_NOT_DER} if there is no value with this tag
     */
    DerReader next(int tag) throws RefusedException {
        require(hasMore() && (bytes[position] & 0xFF) == tag);
        return next();
    }

    /** Moves past the next value, whatever its tag, and returns a reader of its content. */
    DerReader next() throws RefusedException {
        position++;
        int length = length();
        require(length <= end - position);
        position += length;
        return new DerReader(bytes, position - length, position);
    }

    private int length() throws RefusedException {
        int first = unsignedByte();
        if (first <= MAX_SHORT_LENGTH) {
            return first;
        }
        int lengthBytes = first - MAX_SHORT_LENGTH - 1;
        require(lengthBytes >= 1 && lengthBytes <= MAX_LENGTH_BYTES);
        int length = unsignedByte();
        // DER requires the shortest form of a length (X.690, section 10.1).
        require(length > (lengthBytes == 1 ? MAX_SHORT_LENGTH : 0));
        return lengthBytes == 1 ? length : length << Byte.SIZE | unsignedByte();
    }

    /** Moves past the next value, which must be an INTEGER, and returns it. */
    BigInteger nextInteger() throws RefusedException {
        byte[] value = next(INTEGER).rest();
        require(value.length > 0);
        // The first nine bits must not be all equal (X.690, section 8.3.2): the INTEGER would have a shorter form.
        require(value.length == 1 || value[0] != value[1] >> (Byte.SIZE - 1));
        return new BigInteger(value);
    }

    /** Moves past the next value, which must be a BIT STRING of whole bytes, and returns a reader of its bytes. */
    DerReader nextBytes() throws RefusedException {
        DerReader bits = next(BIT_STRING);
        require(bits.unsignedByte() == 0);
        return bits;
    }

    /** @throws RefusedException {@link Refusal#KEY_NOT_DER} if there are bytes after the last value */
    void requireEnd() throws RefusedException {
        require(!hasMore());
    }

    byte[] rest() {
        return Arrays.copyOfRange(bytes, position, end);
    }

    private int unsignedByte() throws RefusedException {
        require(hasMore());
        return bytes[position++] & 0xFF;
    }

    private static void require(boolean condition) throws RefusedException {
        if (!condition) {
            throw new RefusedException(Refusal.KEY_NOT_DER);
        }
    }
}
