package securemqtt.responder.broker.embedded;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Replaces the client identifiers and the groups of shared subscriptions by names that are safe for Artemis. Artemis
 * names the queue of a subscription by the identifier or group, a dot, and the topic filter with dots for slashes. So
 * identifier {@code a.b} with filter {@code c}, identifier {@code a} with filter {@code b/c}, and group {@code a}
 * with filter {@code b/c} would share one queue, and only one of them would get each message.
 */
final class ArtemisNames {
    private static final String SHARED = "$share/";
    /** A prefix that no encoded client identifier has. */
    private static final String GROUP = "%g";

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private ArtemisNames() {}

    /**
     * Encodes a client identifier.
     *
     * @return only letters, digits, {@code -}, {@code _} and {@code %}; empty if the identifier is empty
     */
    static String clientIdentifier(String identifier) {
        return encoded(identifier);
    }

    /**
     * Encodes the group of a shared subscription's filter. Returns any other filter unchanged.
     *
     * @param filter a valid topic filter
     */
    static String filter(String filter) {
        if (!filter.startsWith(SHARED)) {
            return filter;
        }
        int end = filter.indexOf('/', SHARED.length());
        return SHARED + GROUP + encoded(filter.substring(SHARED.length(), end)) + filter.substring(end);
    }

    /** Percent-encodes the name in UTF-8 (RFC 3986, section 2.1), including dots. */
    private static String encoded(String name) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            boolean isPlain =
                    b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '-' || b == '_';
            if (isPlain) {
                encoded.append((char) b);
            } else {
                encoded.append('%').append(HEX.toHexDigits(b));
            }
        }
        return encoded.toString();
    }
}
