package securemqtt.responder.exchange;

import java.util.Locale;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import securemqtt.protocol.Action;

/** The five things that can be done with a text. Upper and lower case are Unicode's, whatever the locale. */
final class TextTransformer {
    /** A run of anything but Unicode white space. */
    private static final Pattern WORD = Pattern.compile("\\S+", Pattern.UNICODE_CHARACTER_CLASS);

    private static final int CHUNK_LENGTH = 256;

    private static final char CAPITAL_SIGMA = '\u03A3';
    private static final char SMALL_SIGMA = '\u03C3';
    private static final char FINAL_SIGMA = '\u03C2';
    /** All with the Word_Break MidLetter, MidNumLet or Single_Quote, of which Java knows nothing: UAX #29, table 3. */
    private static final String MID_WORD = "\u0027\u002E\u003A\u00B7\u0387\u055F\u05F4\u2018\u2019\u2024\u2027"
            + "\uFE13\uFE52\uFE55\uFF07\uFF0E\uFF1A";

    private final RandomGenerator seeds;

    /** @param seeds of what {@link Action#SHUFFLE} draws from, one for each text */
    TextTransformer(RandomGenerator seeds) {
        this.seeds = seeds;
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
            end = Math.min(text.length(), begin + CHUNK_LENGTH);
            if (end < text.length() && Character.isLowSurrogate(text.charAt(end))) {
                end++;
            }
            upper.append(text.substring(begin, end).toUpperCase(Locale.ROOT));
        }
        return upper.toString();
    }

    /** With the two letters replaced beforehand for which Java takes too long: sigma, and the one that becomes two. */
    private static String lowerCase(String text) {
        return smallSigmas(text).replace("\u0130", "i\u0307").toLowerCase(Locale.ROOT);
    }

    /**
     * Replaces each capital sigma by the small one of its place, as Final_Sigma in the Unicode Standard, table 3-17, has it.
     * Java looks through the whole word for each of them, which takes most of an hour if the word is a megabyte of them,
     * and its words are not Unicode's: a hyphen and digits may stand in them, letters beyond U+FFFF may not.
     */
    private static String smallSigmas(String text) {
        if (text.indexOf(CAPITAL_SIGMA) < 0) {
            return text;
        }
        char[] chars = text.toCharArray();
        // Whether what was passed ends in a cased letter and then only in what is case-ignorable.
        boolean cased = false;
        for (int i = 0, c; i < chars.length; i += Character.charCount(c)) {
            c = text.codePointAt(i);
            if (c == CAPITAL_SIGMA) {
                chars[i] = cased ? FINAL_SIGMA : SMALL_SIGMA;
            }
            cased = isCased(c) || cased && isCaseIgnorable(c);
        }
        // And now the same from the other side.
        cased = false;
        for (int end = chars.length, c; end > 0; end -= Character.charCount(c)) {
            c = text.codePointBefore(end);
            if (c == CAPITAL_SIGMA && cased) {
                chars[end - 1] = SMALL_SIGMA;
            }
            cased = isCased(c) || cased && isCaseIgnorable(c);
        }
        return new String(chars);
    }

    /** The Unicode Standard, D135. */
    private static boolean isCased(int codePoint) {
        return Character.isLowerCase(codePoint) || Character.isUpperCase(codePoint) || Character.isTitleCase(codePoint);
    }

    /** The Unicode Standard, D136. */
    private static boolean isCaseIgnorable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.FORMAT,
                    Character.MODIFIER_LETTER,
                    Character.MODIFIER_SYMBOL -> true;
            default -> MID_WORD.indexOf(codePoint) >= 0;
        };
    }

    private static String titleCase(String word) {
        String first = word.substring(0, word.offsetByCodePoints(0, 1));
        // Of the word as a whole, because a sigma's lower case depends on what stands before it.
        String lower = lowerCase(word);
        return first.toUpperCase(Locale.ROOT) + lower.substring(lowerCase(first).length());
    }

    private static String quoted(String replacement) {
        return Matcher.quoteReplacement(replacement);
    }

    /**
     * Fisher and Yates's shuffle of the code points: each order is as likely as any other. A cryptographic source would take a
     * second for a megabyte, and keeps no secret here.
     */
    private String shuffle(String text) {
        RandomGenerator random = new SplittableRandom(seeds.nextLong());
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
