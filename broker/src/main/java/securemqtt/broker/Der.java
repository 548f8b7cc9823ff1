package securemqtt.broker;

import java.security.cert.CertificateParsingException;
import java.util.Arrays;

/** Reads DER values one after another. Java's certificate parser does not tell where a certificate ends. */
final class Der {
    static final int INTEGER = 0x02;
    static final int OBJECT_IDENTIFIER = 0x06;
    static final int SEQUENCE = 0x30;
    /** The tag [0] of an optional value (X.690, section 8.14), in its constructed form. */
    static final int CONTEXT_0 = 0xA0;

    private static final int MAX_LENGTH_BYTES = 3;

    private final byte[] bytes;
    private final int end;
    private int position;

    Der(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    private Der(byte[] bytes, int begin, int end) {
        this.bytes = bytes;
        this.position = begin;
        this.end = end;
    }

    boolean hasMore() {
        return position < end;
    }

    /** The offset of the next value, counted from the first byte of the content. */
    int position() {
        return position;
    }

    boolean isNext(int tag) {
        return hasMore() && (bytes[position] & 0xFF) == tag;
    }

    /** The length that the next value states, with its header. The value may be cut off before that. */
    int nextLength() throws CertificateParsingException {
        int header = 2;
        int length = byteAt(1);
        if (length >= 0x80) {
            int lengthBytes = length - 0x80;
            // Without length bytes it is the indefinite length of BER.
            if (lengthBytes == 0 || lengthBytes > MAX_LENGTH_BYTES) {
                throw new CertificateParsingException("not a length of DER");
            }
            length = 0;
            for (int i = 0; i < lengthBytes; i++) {
                length = length << 8 | byteAt(header++);
            }
        }
        return header + length;
    }

    /** Skips the next value, and returns a reader of its content. */
    Der next(int tag) throws CertificateParsingException {
        int begin = position;
        int length = nextLength();
        if (!isNext(tag) || length > end - begin) {
            throw new CertificateParsingException("another value was expected");
        }
        int header = byteAt(1) < 0x80 ? 2 : byteAt(1) - 0x80 + 2;
        position = begin + length;
        return new Der(bytes, begin + header, position);
    }

    byte[] rest() {
        return Arrays.copyOfRange(bytes, position, end);
    }

    private int byteAt(int offset) throws CertificateParsingException {
        if (offset >= end - position) {
            throw new CertificateParsingException("the header of a value is cut off");
        }
        return bytes[position + offset] & 0xFF;
    }
}
