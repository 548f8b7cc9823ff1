package securemqtt.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import securemqtt.protocol.NetId;

class TextsTest {
    private final Texts texts = new Texts(new NetId("load-1"), 100);

    @Test
    void aTextHasTheGivenLength() {
        assertEquals(100, texts.text(17).length);
    }

    @Test
    void allClientsAndRequestsHaveDifferentTexts() {
        assertNotEquals(string(texts.text(1)), string(texts.text(2)));
        assertNotEquals(string(texts.text(1)), string(new Texts(new NetId("load-2"), 100).text(1)));
    }

    @Test
    void aRightAnswerIsMatchedToItsText() {
        assertEquals(OptionalInt.of(17), texts.numberOf(upperCase(texts.text(17))));
    }

    @Test
    void aWrongAnswerMatchesNoText() {
        assertEquals(OptionalInt.empty(), texts.numberOf(texts.text(17)));
        assertEquals(OptionalInt.empty(), texts.numberOf(upperCase(new Texts(new NetId("load-2"), 100).text(17))));
        assertEquals(OptionalInt.empty(), texts.numberOf(new byte[0]));
    }

    private static byte[] upperCase(byte[] text) {
        return string(text).toUpperCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
    }

    private static String string(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
