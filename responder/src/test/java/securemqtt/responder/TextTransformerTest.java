package securemqtt.responder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import securemqtt.protocol.Action;

class TextTransformerTest {
    private final Locale locale = Locale.getDefault();
    private final TextTransformer transformer = new TextTransformer(RandomGenerator.of("L64X128MixRandom"));

    @AfterEach
    void restoreLocale() {
        Locale.setDefault(locale);
    }

    @Test
    void aLongTextIsAsGoodAsAShortOne() {
        String text = "a🎓ßʼn";

        assertEquals("A🎓SSʼN".repeat(1000), transformer.transform(Action.UPPERCASE, text.repeat(1000)));
    }

    /** By Java's own means this would take minutes. */
    @ParameterizedTest
    @CsvSource({"UPPERCASE, ŉ, ʼN", "LOWERCASE, İ, i̇", "TITLE_CASE, İ, i̇"})
    void lettersThatBecomeSeveralAreNoTrap(Action action, String letter, String becomes) {
        String transformed = transformer.transform(action, letter.repeat(1 << 19));

        assertTrue(transformed.endsWith(becomes.repeat((1 << 19) - 1)));
    }

    @ParameterizedTest
    @CsvSource({
        "UPPERCASE, héllo wörld 🎓 ß, HÉLLO WÖRLD 🎓 SS",
        "LOWERCASE, İΑΣ ΣİΣ, i̇ας σi̇ς",
        "TITLE_CASE, İİ, İi̇",
        "LOWERCASE, HÉLLO WÖRLD 🎓, héllo wörld 🎓",
        "TITLE_CASE, nETWORKING is ThE best!, Networking Is The Best!",
        "TITLE_CASE, don't foo-bar élan ßt 𐐨x, Don't Foo-bar Élan SSt 𐐀x",
        "TITLE_CASE, ΑΣ, Ας",
        "TITLE_CASE, (hello) \"quoted\" 3rd, (hello) \"quoted\" 3rd",
        "TITLE_CASE, $1 \\a, $1 \\a",
        "REVERSE, The LAN Before Time, emiT erofeB NAL ehT",
        "REVERSE, a🎓b𐐨, 𐐨b🎓a",
    })
    void doesWhatTheActionSays(Action action, String text, String expected) {
        assertEquals(expected, transformer.transform(action, text));
    }

    @Test
    void titleCaseKeepsWhiteSpaceOfAnyKindAsItIs() {
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
    void shuffleMakesEveryOrderAboutAsOften() {
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
        // 23 degrees of freedom: a uniform shuffle stays below 49.7 in 999 of 1000 runs, and this one is always the
        // same.
        assertTrue(chiSquare < 49.7, "chi square " + chiSquare);
    }
}
