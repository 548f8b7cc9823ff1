package securemqtt.responder.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import securemqtt.protocol.RefusedException;
import securemqtt.protocol.Topics;

class AcceptedMessageTest {
    private static final long NOW = 1_790_000_000;

    @Test
    void aRightMessageShowsNone() throws RefusedException {
        assertEquals(List.of(), mistakes(1, "a/key-exchange/request", "-----END PUBLIC KEY-----\n"));
        assertEquals(List.of(), mistakes(1, "a/reverse/request", token(NOW)));
        assertEquals(List.of(), mistakes(1, "a/reverse/request", token(NOW + 86_400)));
        assertEquals(List.of(), mistakes(1, "a/reverse/request", token(NOW - 86_400)));
    }

    @Test
    void qos0IsNamed() throws RefusedException {
        assertEquals(List.of(Mistake.QOS_0), mistakes(0, "a/reverse/request", token(NOW)));
    }

    @Test
    void aNulByteAfterTheKeyIsNamed() throws RefusedException {
        assertEquals(List.of(Mistake.KEY_NUL), mistakes(1, "a/key-exchange/request", "-----END PUBLIC KEY-----\n\0"));
    }

    @Test
    void aTimeInMillisecondsIsNamed() throws RefusedException {
        assertEquals(List.of(Mistake.TOKEN_TIME_MILLISECONDS), mistakes(1, "a/reverse/request", token(NOW * 1000)));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, NOW - 86_401, NOW + 86_401, NOW * 1_000_000, NOW * 1_000_000_000, -1})
    void aTimeThatIsMoreThanADayOffIsNamed(long time) throws RefusedException {
        assertEquals(List.of(Mistake.TOKEN_TIME_IMPLAUSIBLE), mistakes(1, "a/reverse/request", token(time)));
    }

    private static List<Mistake> mistakes(int qos, String topic, String payload) throws RefusedException {
        return new AcceptedMessage(qos, Topics.parseRequest(topic), payload.getBytes(StandardCharsets.US_ASCII), NOW)
                .mistakes();
    }

    private static String token(long time) {
        return Base64.getUrlEncoder()
                .encodeToString(
                        ByteBuffer.allocate(73).put((byte) 0x80).putLong(time).array());
    }
}
