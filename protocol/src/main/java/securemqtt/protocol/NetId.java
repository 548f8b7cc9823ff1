package securemqtt.protocol;

/**
 * Whose exchange it is: one level of an MQTT topic, and the client's MQTT client identifier.
 *
 * @param value 1 to {@value #MAX_LENGTH} Unicode characters, without {@code /}, {@code +}, {@code #}, control
 *     characters or a leading {@code $}: what MQTT 3.1.1, section 4.7, allows in one level of a topic name
 */
public record NetId(String value) {
    /** The longest NetID, in Unicode characters (code points). */
    public static final int MAX_LENGTH = 64;

    /** @throws IllegalArgumentException with a message for the person who typed it, if this is no NetID */
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
        // Half a surrogate pair has no UTF-8 form, and U+FFFD is what bytes that were not UTF-8 have turned into.
        if (Character.getType(codePoint) == Character.SURROGATE || codePoint == '\uFFFD') {
            throw new IllegalArgumentException("a NetID must be valid Unicode text");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
