package securemqtt.responder.exchange;

import java.util.Locale;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import securemqtt.protocol.Action;

/** The five actions on a text. Upper and lower case follow Unicode, whatever the locale. */
final class TextTransformer {
    /** A word: a run of characters other than Unicode white space. */
    private static final Pattern WORD = Pattern.compile("\\S+", Pattern.UNICODE_CHARACTER_CLASS);

    private static final int CHUNK_LENGTH = 256;

    private static final char CAPITAL_SIGMA = '\u03A3';
    private static final char SMALL_SIGMA = '\u03C3';
    private static final char FINAL_SIGMA = '\u03C2';
    /**
     * The characters with the Word_Break property MidLetter, MidNumLet or Single_Quote (UAX #29, table 3), which
     * Java's API lacks.
     */
    private static final String MID_WORD = "\u0027\u002E\u003A\u00B7\u0387\u055F\u05F4\u2018\u2019\u2024\u2027"
            + "\uFE13\uFE52\uFE55\uFF07\uFF0E\uFF1A";

    private final RandomGenerator seeds;

    /** @param seeds supplies a seed for each text that {@link Action#SHUFFLE} shuffles */
    TextTransformer(RandomGenerator seeds) {
        this.seeds = seeds;
    }

    /**
     * Applies the action to a text.
     *
     * @param text may be empty; must not contain unpaired surrogates, which decoded UTF-8 never does
     */
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
     * Converts in chunks. At each letter that becomes several, Java copies all of its result, so a megabyte of such
     * letters would take a minute. Upper case of a letter does not depend on its neighbours.
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

    /**
     * First replaces two letters that are too slow in Java: the capital sigma, and the dotted capital I, which
     * becomes two characters.
     */
    private static String lowerCase(String text) {
        return smallSigmas(text).replace("\u0130", "i\u0307").toLowerCase(Locale.ROOT);
    }

    /**
     * Replaces each capital sigma by the small sigma for its position, by the condition Final_Sigma of the Unicode
     * Standard, table 3-17. Java scans the whole word for each sigma: a megabyte of them in one word would take most
     * of an hour. Java's words also differ from Unicode's: they may contain hyphens and digits, but no letters beyond
     * U+FFFF.
     */
    private static String smallSigmas(String text) {
        if (text.indexOf(CAPITAL_SIGMA) < 0) {
            return text;
        }
        char[] chars = text.toCharArray();
        // Forwards: whether a cased letter precedes, with only case-ignorable characters in between.
        boolean cased = false;
        for (int i = 0, c; i < chars.length; i += Character.charCount(c)) {
            c = text.codePointAt(i);
            if (c == CAPITAL_SIGMA) {
                chars[i] = cased ? FINAL_SIGMA : SMALL_SIGMA;
            }
            cased = isCased(c) || cased && isCaseIgnorable(c);
        }
        // Backwards: whether a cased letter follows, with only case-ignorable characters in between.
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

    /** The Unicode Standard, definition D135. */
    private static boolean isCased(int codePoint) {
        return Character.isLowerCase(codePoint) || Character.isUpperCase(codePoint) || Character.isTitleCase(codePoint);
    }

    /** The Unicode Standard, definition D136. */
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
        // Converts the whole word, because the lower case of a sigma depends on the letters before it.
        String lower = lowerCase(word);
        return first.toUpperCase(Locale.ROOT) + lower.substring(lowerCase(first).length());
    }

    private static String quoted(String replacement) {
        return Matcher.quoteReplacement(replacement);
    }

    /**
     * A Fisher-Yates shuffle of the code points, in which every order is equally likely. A cryptographic generator
     * would take a second for a megabyte, and the shuffle protects no secret.
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
