package securemqtt.load;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.OptionalInt;
import securemqtt.protocol.Action;
import securemqtt.protocol.NetId;

/**
 * The texts of one client, which are all different, and their right answers.
 *
 * @param length the length of a text in characters; a text is longer if its number and the NetID do not fit
 */
record Texts(NetId netId, int length) {
    static final Action ACTION = Action.UPPERCASE;

    private static final String FILLER = "abcdefghijklmnopqrstuvwxyz ";

    byte[] text(int number) {
        return string(number).getBytes(StandardCharsets.UTF_8);
    }

    private String string(int number) {
        StringBuilder text = new StringBuilder().append(number).append(' ').append(netId);
        while (text.length() < length) {
            text.append(' ').append(FILLER, 0, Math.min(FILLER.length(), Math.max(0, length - text.length())));
        }
        return text.toString();
    }

    /** The number of the text to which this is the right answer; empty if there is none. */
    OptionalInt numberOf(byte[] answer) {
        String text = new String(answer, StandardCharsets.UTF_8);
        try {
            int number = Integer.parseInt(text.substring(0, Math.max(0, text.indexOf(' '))));
            return string(number).toUpperCase(Locale.ROOT).equals(text) ? OptionalInt.of(number) : OptionalInt.empty();
        } catch (NumberFormatException e) {
            return OptionalInt.empty();
        }
    }
}
