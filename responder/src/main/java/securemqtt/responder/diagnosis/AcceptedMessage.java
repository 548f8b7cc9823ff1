package securemqtt.responder.diagnosis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import securemqtt.protocol.Topics;

/**
 * A message that the responder answers although it shows a mistake.
 *
 * @param qos the QoS with which it arrived
 * @param payload as received, and accepted
 * @param nowSeconds the time of its arrival in seconds since 1970
 */
public record AcceptedMessage(int qos, Topics.Request request, byte[] payload, long nowSeconds) {
    /** Base64 of version and time. */
    private static final int HEAD = 12;

    private static final long MILLISECONDS = 1000;
    /** The clocks of lab computers differ, but hardly by more. In seconds. */
    private static final long DAY = 24 * 60 * 60;

    /** The mistakes that it shows; empty for none. */
    public List<Mistake> mistakes() {
        List<Mistake> mistakes = new ArrayList<>();
        if (qos == 0) {
            mistakes.add(Mistake.QOS_0);
        }
        if (request instanceof Topics.KeyExchange) {
            if (payload[payload.length - 1] == 0) {
                mistakes.add(Mistake.KEY_NUL);
            }
        } else if (isImplausible(time())) {
            mistakes.add(
                    isImplausible(time() / MILLISECONDS)
                            ? Mistake.TOKEN_TIME_IMPLAUSIBLE
                            : Mistake.TOKEN_TIME_MILLISECONDS);
        }
        return List.copyOf(mistakes);
    }

    private boolean isImplausible(long time) {
        return time < nowSeconds - DAY || time > nowSeconds + DAY;
    }

    /** The token's time. It is canonical base64url, or the responder would not have accepted it. */
    private long time() {
        String head = new String(payload, 0, HEAD, StandardCharsets.US_ASCII);
        return ByteBuffer.wrap(Base64.getUrlDecoder().decode(head)).getLong(1);
    }

    /** Not the payload, which may be anything. */
    @Override
    public String toString() {
        return "AcceptedMessage[QoS " + qos + "]";
    }
}
