package securemqtt.responder.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TokenDiagnosisTest {
    /** Random numbers of the right length do: the search does no arithmetic with them. The secret begins with a zero byte. */
    private static final AgreedValues AGREED = agreed(new Random(1), true);

    /** They leave no HMAC, or only the text's form shows them. */
    private static final Set<Mistake> UNPROVABLE = EnumSet.of(
            Mistake.TOKEN_PLAIN_TEXT,
            Mistake.TOKEN_WITHOUT_MAC,
            Mistake.TOKEN_AES_256,
            Mistake.TOKEN_ECB,
            Mistake.TOKEN_CTR,
            Mistake.TOKEN_ZERO_PADDING,
            Mistake.SPLIT_FIRST_HALF_TWICE);

    static Stream<Mistake> mistakes() {
        return WrongClient.mistakes().stream();
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void eachMistakeIsNamed(Mistake mistake) {
        Diagnosis diagnosis = diagnose(WrongClient.making(mistake).token(AGREED), 2);

        assertEquals(List.of(mistake), diagnosis.mistakes(), diagnosis.toString());
        assertEquals(mistake.stage(), diagnosis.stage());
        assertEquals(!UNPROVABLE.contains(mistake), diagnosis.proved());
    }

    @Test
    void pairsOfMistakesAreNamedAndNeverMisnamed() {
        int pairs = 0;
        int proved = 0;
        for (Mistake first : WrongClient.mistakes()) {
            for (Mistake second : WrongClient.mistakes()) {
                if (first.stage().compareTo(second.stage()) < 0 && !excludeEachOther(first, second)) {
                    pairs++;
                    byte[] token = WrongClient.making(first, second).token(AGREED);
                    Diagnosis diagnosis = diagnose(token, 2);
                    boolean isSame = makesTheSame(diagnosis.mistakes(), token);
                    assertTrue(
                            isSame || Set.of(first, second).containsAll(diagnosis.mistakes()),
                            first + " and " + second + ": " + diagnosis);
                    if (diagnosis.proved() && isSame) {
                        proved++;
                    }
                }
            }
        }
        assertTrue(pairs >= 300, pairs + " pairs");
        assertTrue(proved >= pairs * 90 / 100, proved + " of " + pairs + " proved");
    }

    /** Two mistakes may lead to the same token as one other mistake, such as the first 32 bytes of SHA-256. */
    private static boolean makesTheSame(List<Mistake> mistakes, byte[] token) {
        return Arrays.equals(
                WrongClient.making(mistakes.toArray(Mistake[]::new)).token(AGREED), token);
    }

    /** Whether a single mistake explains what two others lead to, which is likelier. */
    @Test
    void oneMistakeIsNotReportedAsTwo() {
        byte[] token = WrongClient.making(Mistake.SECRET_SHA256, Mistake.KDF_NONE_FIRST_BYTES)
                .token(AGREED);

        assertEquals(List.of(Mistake.KDF_PLAIN_SHA256), diagnose(token, 2).mistakes());
    }

    /** One of them replaces what the other changes. */
    private static boolean excludeEachOther(Mistake first, Mistake second) {
        return second == Mistake.TOKEN_PLAIN_TEXT
                || first.stage() == Stage.SPLIT
                        && (second == Mistake.TOKEN_AES_256 || second == Mistake.TOKEN_WITHOUT_MAC);
    }

    @Test
    void rightTokensShowNone() {
        for (int i = 0; i < 1000; i++) {
            AgreedValues agreed = agreed(new Random(i), i % 2 == 0);
            Diagnosis diagnosis = new TokenDiagnosis(agreed, () -> false).diagnose(new WrongClient().token(agreed), 2);

            assertEquals(List.of(), diagnosis.mistakes());
        }
    }

    @Test
    void tokensOfOtherSessionsShowNone() {
        for (int i = 0; i < 100; i++) {
            byte[] token = new WrongClient().token(agreed(new Random(100 + i), false));

            assertEquals(List.of(), diagnose(token, 2).mistakes());
        }
    }

    @Test
    void aTokenThatWasChangedShowsNone() {
        byte[] token = new WrongClient().token(AGREED);
        for (int i = 40; i < token.length - 4; i++) {
            byte[] changed = token.clone();
            changed[i] = (byte) (changed[i] == 'A' ? 'B' : 'A');

            assertEquals(List.of(), diagnose(changed, 1).mistakes(), "at " + i);
        }
    }

    @Test
    void aSearchThatIsOutOfTimeNamesNothing() {
        byte[] token = WrongClient.making(Mistake.KDF_PLAIN_SHA256).token(AGREED);

        Diagnosis diagnosis = new TokenDiagnosis(AGREED, () -> true).diagnose(token, 2);

        assertEquals(List.of(), diagnosis.mistakes());
        assertEquals(0, diagnosis.tried());
    }

    private static Diagnosis diagnose(byte[] token, int most) {
        return new TokenDiagnosis(AGREED, () -> false).diagnose(token, most);
    }

    private static AgreedValues agreed(Random random, boolean leadingZero) {
        byte[] secret = number(random);
        secret[0] = (byte) (leadingZero ? 0 : 0x90);
        return new AgreedValues(secret, number(random), number(random));
    }

    private static byte[] number(Random random) {
        byte[] bytes = new byte[512];
        random.nextBytes(bytes);
        return bytes;
    }
}
