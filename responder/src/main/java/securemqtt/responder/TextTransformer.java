package securemqtt.responder;

import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import securemqtt.protocol.Action;

/** The five things that can be done with a text. Upper and lower case are Unicode's, whatever the locale. */
final class TextTransformer {
    /** A run of anything but Unicode white space. */
    private static final Pattern WORD = Pattern.compile("\\S+", Pattern.UNICODE_CHARACTER_CLASS);

    private static final int PIECE = 256;

    private final RandomGenerator random;

    /** @param random what {@link Action#SHUFFLE} draws from */
    TextTransformer(RandomGenerator random) {
        this.random = random;
    }

    /** @param text without unpaired surrogates, as all text that was UTF-8 */
    String transform(Action action, String text) {
        return switch (action) {
            case UPPERCASE -> upperCase(text);
            case LOWERCASE -> lowerCase(text);
            case TITLE_CASE -> WORD.matcher(text).replaceAll(word -> quoted(titleCase(word.group())));
            case REVERSE -> new StringBuilder(text).reverse().toString();
            case SHUFFLE -> shuffle(text);
        };
    }

    /**
     * In pieces, because Java copies all that it has at each letter that becomes several: a megabyte of such letters would
     * take a minute. In upper case no letter depends on its neighbours.
     */
    private static String upperCase(String text) {
        StringBuilder upper = new StringBuilder(text.length());
        for (int begin = 0, end; begin < text.length(); begin = end) {
            end = Math.min(text.length(), begin + PIECE);
            if (end < text.length() && Character.isLowSurrogate(text.charAt(end))) {
                end++;
            }
            upper.append(text.substring(begin, end).toUpperCase(Locale.ROOT));
        }
        return upper.toString();
    }

    /** As a whole, because sigma depends on its neighbours. The one letter that becomes two is replaced beforehand. */
    private static String lowerCase(String text) {
        return text.replace("\u0130", "i\u0307").toLowerCase(Locale.ROOT);
    }

    private static String titleCase(String word) {
        String first = word.substring(0, word.offsetByCodePoints(0, 1));
        // Of the word as a whole, because a letter's lower case may depend on what stands before it.
        String lower = lowerCase(word);
        return first.toUpperCase(Locale.ROOT) + lower.substring(lowerCase(first).length());
    }

    private static String quoted(String replacement) {
        return Matcher.quoteReplacement(replacement);
    }

    /** Fisher and Yates's shuffle of the code points: each order is as likely as any other. */
    private String shuffle(String text) {
        int[] codePoints = text.codePoints().toArray();
        for (int i = codePoints.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int drawn = codePoints[j];
            codePoints[j] = codePoints[i];
            codePoints[i] = drawn;
        }
        return new String(codePoints, 0, codePoints.length);
    }
}
