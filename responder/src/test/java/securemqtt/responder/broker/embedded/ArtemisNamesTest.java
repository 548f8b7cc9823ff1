package securemqtt.responder.broker.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArtemisNamesTest {
    @ParameterizedTest
    @CsvSource({"le0nh4rt, le0nh4rt", "A-z_9, A-z_9", "a.b, a%2Eb", "%2E, %252E", "x::y, x%3A%3Ay", "\u00e9', %C3%A9%27"
    })
    void percentEncodesAllButLettersDigitsDashAndUnderscore(String identifier, String name) {
        assertEquals(name, ArtemisNames.clientIdentifier(identifier));
    }

    @Test
    void anEmptyIdentifierStaysEmpty() {
        assertEquals("", ArtemisNames.clientIdentifier(""));
    }

    @Test
    void aGroupNeverEqualsAnIdentifier() {
        assertEquals("$share/%ggroup/a/+", ArtemisNames.filter("$share/group/a/+"));
        assertEquals("$share/%ga%2Eb/c", ArtemisNames.filter("$share/a.b/c"));
    }

    @Test
    void doesNotChangeFiltersWithoutAGroup() {
        assertEquals("a.b/+/%", ArtemisNames.filter("a.b/+/%"));
    }
}
