package securemqtt.responder.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import securemqtt.protocol.Refusal;

class RefusedMessageTest {
    private static final String TOPIC = "le0nh4rt/uppercase/request";
    private static final AgreedValues FIRST = agreed((byte) 1);
    private static final AgreedValues SECOND = agreed((byte) 2);

    @ParameterizedTest
    @CsvSource({
        "le0nh4rt/key_exchange/request, TOPIC_UNDERSCORE",
        "le0nh4rt/Key_Exchange/request, TOPIC_UNDERSCORE",
        "le0nh4rt/UPPERCASE/request, TOPIC_ACTION_CASE",
        "le0nh4rt/Title_Case/request, TOPIC_ACTION_CASE",
        "/le0nh4rt/uppercase/request, TOPIC_LEADING_SLASH",
        "le0nh4rt/louder/request,",
        "le0nh4rt,"
    })
    void aMisspeltTopicIsRecognized(String topic, Mistake mistake) {
        Optional<Diagnosis> diagnosis = new RefusedMessage(
                        Refusal.TOPIC_UNKNOWN_ACTION, topic, new byte[0], false, List.of())
                .diagnose(() -> false);

        assertEquals(Optional.ofNullable(mistake).map(List::of), diagnosis.map(Diagnosis::mistakes));
    }

    @Test
    void aRequestWithoutAnyKeyExchangeIsRecognizedButNotOneAfterTheEndOfItsSession() {
        assertEquals(Optional.of(List.of(Mistake.ORDER_NO_KEY_EXCHANGE)), mistakes(Refusal.NO_SESSION, "x", false));
        assertEquals(Optional.empty(), mistakes(Refusal.NO_SESSION, "x", true));
    }

    @Test
    void theRetainFlagIsTheMistake() {
        assertEquals(Optional.of(List.of(Mistake.RETAIN)), mistakes(Refusal.RETAINED, "x", true));
    }

    @Test
    void eachSessionOfTheNetIdIsTried() {
        byte[] token = WrongClient.making(Mistake.KDF_PLAIN_SHA256).token(SECOND);

        Diagnosis diagnosis = new RefusedMessage(
                        Refusal.TOKEN_NOT_AUTHENTIC, TOPIC, token, true, List.of(FIRST, SECOND))
                .diagnose(() -> false)
                .orElseThrow();

        assertEquals(List.of(Mistake.KDF_PLAIN_SHA256), diagnosis.mistakes());
        assertEquals(
                "the key is SHA-256 of the secret [kdf-plain-sha256, proved];"
                        + " use HKDF-SHA256 with one zero byte as salt and one as info",
                diagnosis.describe());
    }

    @Test
    void aTextInLatin1IsRecognized() {
        WrongClient client = new WrongClient();
        client.text = "Grüße".getBytes(StandardCharsets.ISO_8859_1);

        Diagnosis diagnosis = new RefusedMessage(
                        Refusal.TEXT_NOT_UTF8, TOPIC, client.token(FIRST), true, List.of(FIRST))
                .diagnose(() -> false)
                .orElseThrow();

        assertEquals(List.of(Mistake.TEXT_LATIN_1), diagnosis.mistakes());
    }

    @Test
    void overloadIsNoMistake() {
        assertEquals(Optional.empty(), mistakes(Refusal.OVERLOADED, "x", true));
    }

    private static Optional<List<Mistake>> mistakes(Refusal reason, String payload, boolean keySent) {
        return new RefusedMessage(reason, TOPIC, payload.getBytes(StandardCharsets.UTF_8), keySent, List.of())
                .diagnose(() -> false)
                .map(Diagnosis::mistakes);
    }

    private static AgreedValues agreed(byte value) {
        byte[] secret = new byte[512];
        Arrays.fill(secret, value);
        return new AgreedValues(secret, new byte[512], new byte[512]);
    }
}
