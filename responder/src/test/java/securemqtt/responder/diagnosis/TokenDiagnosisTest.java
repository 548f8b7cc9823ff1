package securemqtt.responder.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

    private static final Set<Mistake> UNPROVABLE =
            EnumSet.of(Mistake.TOKEN_PLAIN_TEXT, Mistake.TOKEN_WITHOUT_MAC, Mistake.SPLIT_FIRST_HALF_TWICE);

    static Stream<Mistake> mistakes() {
        return WrongClient.mistakes().stream();
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void eachMistakeIsNamed(Mistake mistake) {
        Diagnosis diagnosis = diagnose(WrongClient.making(mistake).token(AGREED), 2);

        assertEquals(List.of(mistake), diagnosis.mistakes(), diagnosis.toString());
        assertEquals(mistake.stage(), diagnosis.stage());
    }

    @Test
    void everyPairOfMistakesIsNamedOrLeftUnnamed() {
        int named = 0;
        int pairs = 0;
        for (Mistake first : WrongClient.mistakes()) {
            for (Mistake second : WrongClient.mistakes()) {
                if (first.stage().compareTo(second.stage()) < 0) {
                    pairs++;
                    Diagnosis diagnosis =
                            diagnose(WrongClient.making(first, second).token(AGREED), 2);
                    if (Set.of(first, second).equals(Set.copyOf(diagnosis.mistakes()))) {
                        named++;
                    } else {
                        System.out.println(first + " " + second + " " + diagnosis);
                    }
                }
            }
        }
        System.out.println(named + " of " + pairs);
        assertTrue(pairs >= 300);
    }

    private static Diagnosis diagnose(byte[] token, int most) {
        return new TokenDiagnosis(AGREED, () -> false).diagnose(token, most);
    }

    private static AgreedValues agreed(Random random, boolean leadingZero) {
        byte[] secret = number(random);
        secret[0] = 0;
        return new AgreedValues(secret, number(random), number(random));
    }

    private static byte[] number(Random random) {
        byte[] bytes = new byte[512];
        random.nextBytes(bytes);
        return bytes;
    }
}
