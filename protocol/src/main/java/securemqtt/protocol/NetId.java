package securemqtt.protocol;

/**
 * The identifier of a client: the first level of its topics, and its MQTT client identifier.
 *
 * @param value 1 to {@value #MAX_LENGTH} Unicode characters, without {@code /}, {@code +}, {@code #}, control
 *     characters or a leading {@code $}: the characters that MQTT 3.1.1, section 4.7, allows in one level of a topic
 *     name
 */
public record NetId(String value) {
    /** The longest NetID, in Unicode characters (code points). */
    public static final int MAX_LENGTH = 64;

    /** @throws IllegalArgumentException if the value is not a NetID, with a message for the person who typed it */
    public NetId {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("a NetID must not be empty");
        }
        if (value.codePointCount(0, value.length()) > MAX_LENGTH) {
            throw new IllegalArgumentException("a NetID has at most " + MAX_LENGTH + " characters");
        }
        if (value.startsWith("$")) {
            throw new IllegalArgumentException("a NetID must not begin with $");
        }
        value.codePoints().forEach(NetId::requireAllowed);
    }

    private static void requireAllowed(int codePoint) {
        if (codePoint == '/' || codePoint == '+' || codePoint == '#') {
            throw new IllegalArgumentException("a NetID must not contain " + Character.toString(codePoint));
        }
        if (Character.isISOControl(codePoint)) {
            throw new IllegalArgumentException("a NetID must not contain control characters");
        }
        // Half a surrogate pair has no UTF-8 encoding. U+FFFD stands for bytes that were not UTF-8.
        if (Character.getType(codePoint) == Character.SURROGATE || codePoint == '\uFFFD') {
            throw new IllegalArgumentException("a NetID must be valid Unicode text");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
