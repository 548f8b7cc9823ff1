package securemqtt.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectRefusalTest {
    @ParameterizedTest
    @CsvSource({
        "0x01, PROTOCOL_VERSION",
        "0x02, CLIENT_IDENTIFIER",
        "0x03, UNAVAILABLE",
        "0x04, USER_NAME_OR_PASSWORD",
        "0x05, NOT_AUTHORIZED",
        "0x84, PROTOCOL_VERSION",
        "0x85, CLIENT_IDENTIFIER",
        "0x86, USER_NAME_OR_PASSWORD",
        "0x87, NOT_AUTHORIZED",
        "0x88, UNAVAILABLE",
        "0x89, UNAVAILABLE",
        "0x8a, NOT_AUTHORIZED",
        "0x97, UNAVAILABLE",
        "0x9f, UNAVAILABLE",
        "0x95, OTHER"
    })
    void codesOfBothVersionsHaveAMeaning(String code, ConnectRefusal meaning) {
        assertEquals(meaning, ConnectRefusal.of(Integer.decode(code)));
    }

    @Test
    void anUnknownReasonIsDescribedByItsCode() {
        assertEquals("it gave the reason code 0x95", ConnectRefusal.inWords(0x95));
    }
}
