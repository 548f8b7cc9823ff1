package securemqtt.responder.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import securemqtt.protocol.Action;

class TextTransformerTest {
    private static final String CASED = "[\\p{IsLowercase}\\p{IsUppercase}\\p{Lt}]";
    private static final String CASE_IGNORABLE =
            "[\\p{Mn}\\p{Me}\\p{Cf}\\p{Lm}\\p{Sk}'.:\u00B7\u0387\u055F\u05F4\u2018\u2019\u2024\u2027"
                    + "\uFE13\uFE52\uFE55\uFF07\uFF0E\uFF1A]";
    /**
     * The condition Final_Sigma of the Unicode Standard, table 3-17, with the upper bound that Java requires in a
     * lookbehind.
     */
    private static final Pattern FINAL_SIGMA =
            Pattern.compile("(?<=" + CASED + CASE_IGNORABLE + "{0,20})Σ(?!" + CASE_IGNORABLE + "*" + CASED + ")");

    private final Locale locale = Locale.getDefault();
    private final TextTransformer transformer = new TextTransformer(RandomGenerator.of("L64X128MixRandom"));

    @AfterEach
    void restoreLocale() {
        Locale.setDefault(locale);
    }

    @Test
    void transformsALongTextLikeAShortOne() {
        String text = "a🎓ßʼn";

        assertEquals("A🎓SSʼN".repeat(1000), transformer.transform(Action.UPPERCASE, text.repeat(1000)));
    }

    /** With {@link String#toUpperCase} and {@link String#toLowerCase} this would take minutes. */
    @ParameterizedTest
    @CsvSource({"UPPERCASE, ŉ, ʼN", "LOWERCASE, İ, i̇", "TITLE_CASE, İ, i̇"})
    void convertsAMegabyteOfLettersThatBecomeSeveralInTime(Action action, String letter, String becomes) {
        String transformed = transformer.transform(action, letter.repeat(1 << 19));

        assertTrue(transformed.endsWith(becomes.repeat((1 << 19) - 1)));
    }

    /** With {@link String#toLowerCase} this would take most of an hour. */
    @ParameterizedTest
    @CsvSource({
        "LOWERCASE, Σ, σ",
        "LOWERCASE, Σ\u0307, σ\u0307",
        "LOWERCASE, Σ-, σ-",
        "LOWERCASE, Σ., σ.",
        "TITLE_CASE, Σ, σ"
    })
    void convertsAMegabyteOfSigmasInTime(Action action, String sigma, String becomes) {
        String transformed = transformer.transform(action, sigma.repeat(1 << 20) + "Α");

        assertTrue(transformed.endsWith(becomes.repeat((1 << 20) - 1) + "α"));
    }

    @Test
    void aSigmaIsFinalWhereUnicodeSaysSoBesideAnyCharacter() {
        assigned().forEach(codePoint -> {
            String one = Character.toString(codePoint);
            String text = one + "Σ Σ" + one + " Α" + one + "Σ ΑΣ" + one + " ΑΣ" + one + "Α";

            assertEquals(lowerCaseByUnicode(text), lowerCase(text), () -> Integer.toHexString(codePoint));
        });
    }

    @Test
    void aSigmaIsFinalWhereUnicodeSaysSoInAnyMixture() {
        List<String> parts = List.of(
                "Σ", "Σ", "Σ", "Α", "a", "İ", "ǅ", "ʰ", "𐐀", "\u0307", "\u0345", "'", ".", "\u00AD", " ", "-", "1",
                "🎓");

        mixes(parts).forEach(text -> assertEquals(lowerCaseByUnicode(text), lowerCase(text)));
    }

    @Test
    void convertsEveryLetterAsJavaDoes() {
        assigned().mapToObj(Character::toString).filter(one -> !one.equals("Σ")).forEach(one -> {
            assertEquals(one.toLowerCase(Locale.ROOT), lowerCase(one));
            assertEquals(one.toUpperCase(Locale.ROOT), transformer.transform(Action.UPPERCASE, one));
        });
    }

    /** For letters, the marks on them and white space, Java follows Unicode, with one exception. */
    @Test
    void convertsASigmaAmongOrdinaryLettersAsJavaDoes() {
        assigned()
                .filter(codePoint -> Character.isBmpCodePoint(codePoint) && isOrdinary(codePoint))
                .mapToObj(Character::toString)
                .forEach(one -> {
                    String text = one + "Σ Σ" + one + " Α" + one + "Σ ΑΣ" + one + " ΑΣ" + one + "Α";

                    assertEquals(text.toLowerCase(Locale.ROOT), lowerCase(text));
                });
        mixes(List.of("Σ", "Σ", "Σ", "Α", "z", "É", "ǅ", "ß", "\u0307", "\u0301", " ", "\n", "!", "(", "+", "🎓"))
                .forEach(text -> assertEquals(text.toLowerCase(Locale.ROOT), lowerCase(text)));
    }

    private static boolean isOrdinary(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.LOWERCASE_LETTER,
                    Character.UPPERCASE_LETTER,
                    Character.TITLECASE_LETTER,
                    Character.SPACE_SEPARATOR -> true;
            // The combining iota below is a lower-case letter as well.
            case Character.NON_SPACING_MARK -> codePoint != 0x0345;
            default -> false;
        };
    }

    private static IntStream assigned() {
        return IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
                .filter(Character::isDefined)
                .filter(codePoint -> Character.getType(codePoint) != Character.SURROGATE
                        && Character.getType(codePoint) != Character.PRIVATE_USE);
    }

    /** Many short texts, the same in each run. */
    private static Stream<String> mixes(List<String> parts) {
        SplittableRandom seeded = new SplittableRandom(1);
        return Stream.generate(() -> seeded.ints(seeded.nextInt(1, 11), 0, parts.size())
                        .mapToObj(parts::get)
                        .collect(Collectors.joining()))
                .limit(100_000);
    }

    private static String lowerCaseByUnicode(String text) {
        return FINAL_SIGMA.matcher(text).replaceAll("ς").replace('Σ', 'σ').toLowerCase(Locale.ROOT);
    }

    private String lowerCase(String text) {
        return transformer.transform(Action.LOWERCASE, text);
    }

    @ParameterizedTest
    @CsvSource({
        "UPPERCASE, héllo wörld 🎓 ß, HÉLLO WÖRLD 🎓 SS",
        "LOWERCASE, İΑΣ ΣİΣ, i̇ας σi̇ς",
        "TITLE_CASE, İİ, İi̇",
        "LOWERCASE, Σ ΣΣ ΣΑ Α.Σ ΑΣ.Α ΑΣ. ΑΣΙ\u0301, σ σς σα α.ς ασ.α ας. ασι\u0301",
        // Java converts this character differently.
        "LOWERCASE, ΑΣ-ΑΣ Α1Σ ΑΣ1Α ΑΣ\"Α Α:Σ 𐐀Σ, ας-ας α1σ ας1α ας\"α α:ς 𐐨ς",
        "LOWERCASE, HÉLLO WÖRLD 🎓, héllo wörld 🎓",
        "TITLE_CASE, nETWORKING is ThE best!, Networking Is The Best!",
        "TITLE_CASE, don't foo-bar élan ßt 𐐨x, Don't Foo-bar Élan SSt 𐐀x",
        "TITLE_CASE, ΑΣ, Ας",
        "TITLE_CASE, (hello) \"quoted\" 3rd, (hello) \"quoted\" 3rd",
        "TITLE_CASE, $1 \\a, $1 \\a",
        "REVERSE, The LAN Before Time, emiT erofeB NAL ehT",
        "REVERSE, a🎓b𐐨, 𐐨b🎓a",
    })
    void transformsTextAsTheActionSays(Action action, String text, String expected) {
        assertEquals(expected, transformer.transform(action, text));
    }

    @Test
    void titleCaseKeepsAllWhiteSpace() {
        assertEquals(
                "  A\t\tB\r\nC\u00A0D\u2003E ",
                transformer.transform(Action.TITLE_CASE, "  a\t\tb\r\nc\u00A0d\u2003e "));
    }

    @ParameterizedTest
    @EnumSource
    void anEmptyTextStaysEmpty(Action action) {
        assertEquals("", transformer.transform(action, ""));
    }

    @Test
    void caseDoesNotDependOnTheLocale() {
        Locale.setDefault(Locale.forLanguageTag("tr"));

        assertEquals("TITLE I", transformer.transform(Action.UPPERCASE, "title i"));
        assertEquals("title i", transformer.transform(Action.LOWERCASE, "TITLE I"));
        assertEquals("Title I", transformer.transform(Action.TITLE_CASE, "TITLE i"));
    }

    @Test
    void shuffleKeepsEveryCodePoint() {
        String text = "héllo wörld 🎓🎓 𐐨";

        String shuffled = transformer.transform(Action.SHUFFLE, text);

        assertArrayEquals(
                text.codePoints().sorted().toArray(),
                shuffled.codePoints().sorted().toArray());
    }

    @Test
    void shuffleMakesEveryOrderEquallyOften() {
        RandomGenerator seeded = new SplittableRandom(1);
        TextTransformer fixed = new TextTransformer(seeded);
        Map<String, Integer> counts = new TreeMap<>();
        int rounds = 24_000;
        for (int i = 0; i < rounds; i++) {
            counts.merge(fixed.transform(Action.SHUFFLE, "abcd"), 1, Integer::sum);
        }

        double expected = rounds / 24.0;
        double chiSquare = counts.values().stream()
                .mapToDouble(count -> (count - expected) * (count - expected) / expected)
                .sum();
        assertEquals(24, counts.size());
        // 23 degrees of freedom: a uniform shuffle stays below 49.7 in 999 of 1000 runs. The seed is fixed, so every
        // run is the same.
        assertTrue(chiSquare < 49.7, "chi square " + chiSquare);
    }
}
