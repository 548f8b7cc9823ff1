package securemqtt.broker;

import java.security.cert.CertificateParsingException;
import java.util.Arrays;

/** Reads values in DER one after another. Java's parser of certificates does not say where a certificate ends. */
final class Der {
    static final int INTEGER = 0x02;
    static final int OBJECT_IDENTIFIER = 0x06;
    static final int SEQUENCE = 0x30;
    /** A constructed value that takes the place of an optional one. */
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

    /** Where the next value begins, counted from the first byte of all. */
    int position() {
        return position;
    }

    boolean isNext(int tag) {
        return hasMore() && (bytes[position] & 0xFF) == tag;
    }

    /** The bytes that the next value has if nothing is cut off, header included. */
    int nextLength() throws CertificateParsingException {
        int header = 2;
        int length = byteAt(1);
        if (length >= 0x80) {
            int lengthBytes = length - 0x80;
            // None would mean BER's indefinite length.
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

    /** Goes beyond the next value, and returns a reader of what is inside it. */
    Der next(int tag) throws CertificateParsingException {
        int begin = position;
        int length = nextLength();
        if (!isNext(tag) || length > end - begin) {
            throw new CertificateParsingException("not the value that was expected");
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
