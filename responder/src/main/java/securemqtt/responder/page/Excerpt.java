package securemqtt.responder.page;

import java.util.Arrays;

/**
 * The beginning of a payload or text.
 *
 * @param bytes at most {@link #MAX_LENGTH} bytes; not to be changed
 * @param length the length of the whole, in bytes
 */
record Excerpt(byte[] bytes, int length) {
    static final int MAX_LENGTH = 8 * 1024;

    static Excerpt of(byte[] whole) {
        return new Excerpt(whole.length > MAX_LENGTH ? Arrays.copyOf(whole, MAX_LENGTH) : whole, whole.length);
    }

    boolean isWhole() {
        return bytes.length == length;
    }

    /** Shows no content. */
    @Override
    public String toString() {
        return "Excerpt[" + bytes.length + " of " + length + " bytes]";
    }
}
