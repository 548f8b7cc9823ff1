package securemqtt.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetIdTest {
    static String[] longest() {
        return new String[] {"x".repeat(64), "🎓".repeat(64)};
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "le0nh4rt", "héllo wörld", "a$", "-v"})
    @MethodSource("longest")
    void oneTopicLevelIsAccepted(String value) {
        assertEquals(value, new NetId(value).value());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a/b", "+", "a+", "#", "a#b", "$SYS", "a\0", "a\nb", "\u007F", "\u0085", "\uD83C", "\uFFFD"})
    void anInvalidTopicLevelIsRefused(String value) {
        assertThrows(IllegalArgumentException.class, () -> new NetId(value));
    }

    @ParameterizedTest
    @MethodSource("longest")
    void moreThan64CharactersAreRefused(String value) {
        assertThrows(IllegalArgumentException.class, () -> new NetId(value + "x"));
    }
}
