package securemqtt.protocol;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * Reads DER (X.690, section 10) of a known structure, one value after another. It never looks into a value by itself. A general
 * parser follows every nesting, and a hostile message of 8 KiB is deep enough to overflow the stack.
 */
final class DerReader {
    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int OBJECT_IDENTIFIER = 0x06;
    static final int SEQUENCE = 0x30;

    /** In a longer length, the lower bits of the first byte say how many bytes follow. None is BER's indefinite form. */
    private static final int LONGEST_SHORT_LENGTH = 0x7F;

    /** Enough for 64 KiB. */
    private static final int MOST_LENGTH_BYTES = 2;

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
     * Goes beyond the next value.
     *
     * @param tag the one that the value must have
     * @return a reader of what is inside it
     * @throws RefusedException {@link Refusal#KEY_NOT_DER} if there is no such value
     */
    DerReader next(int tag) throws RefusedException {
        require(hasMore() && (bytes[position] & 0xFF) == tag);
        return next();
    }

    /** Goes beyond the next value, whatever its tag. */
    DerReader next() throws RefusedException {
        position++;
        int length = length();
        require(length <= end - position);
        position += length;
        return new DerReader(bytes, position - length, position);
    }

    private int length() throws RefusedException {
        int first = unsignedByte();
        if (first <= LONGEST_SHORT_LENGTH) {
            return first;
        }
        int lengthBytes = first - LONGEST_SHORT_LENGTH - 1;
        require(lengthBytes >= 1 && lengthBytes <= MOST_LENGTH_BYTES);
        int length = unsignedByte();
        // As few bytes as will do.
        require(length > (lengthBytes == 1 ? LONGEST_SHORT_LENGTH : 0));
        return lengthBytes == 1 ? length : length << Byte.SIZE | unsignedByte();
    }

    /** Goes beyond the next value, an INTEGER, and returns it. */
    BigInteger nextInteger() throws RefusedException {
        byte[] value = next(INTEGER).rest();
        require(value.length > 0);
        // Of the first nine bits some have to differ, or there would be a shorter form.
        require(value.length == 1 || value[0] != value[1] >> (Byte.SIZE - 1));
        return new BigInteger(value);
    }

    /** Goes beyond the next value, a BIT STRING of whole bytes, and returns a reader of what is inside it. */
    DerReader nextBytes() throws RefusedException {
        DerReader bits = next(BIT_STRING);
        require(bits.unsignedByte() == 0);
        return bits;
    }

    /** There must be nothing more. */
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
