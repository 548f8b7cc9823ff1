package securemqtt.responder.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import securemqtt.protocol.DhGroup;
import securemqtt.protocol.DhKeyPair;
import securemqtt.protocol.DhPublicKey;
import securemqtt.protocol.Refusal;
import securemqtt.responder.diagnosis.Diagnosis;
import securemqtt.responder.diagnosis.Mistake;

class PageJsonTest {
    private static final Instant TIME = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void aKeyIsTakenApart() {
        DhPublicKey key = DhKeyPair.generate(DhGroup.lab(), new SecureRandom()).publicKey();

        JsonObject shown = request("le0nh4rt/key-exchange/request", key.toPem(), new RecordedMessage.Failed())
                .getJsonObject("payload")
                .getJsonObject("key");

        assertEquals("Diffie-Hellman (PKCS#3)", shown.getString("algorithm"));
        assertEquals("the lab's", shown.getString("group"));
        assertEquals(4096, shown.getInteger("bits"));
        assertEquals(key.fingerprint(), shown.getString("fingerprint"));
    }

    @Test
    void aRefusedMessageHasItsMistakeAndWhatToDo() {
        JsonObject shown = request(
                "le0nh4rt/uppercase/request",
                "text".getBytes(StandardCharsets.UTF_8),
                new RecordedMessage.Refused(
                        Refusal.TOKEN_NOT_BASE64URL, Optional.of(Diagnosis.recognized(Mistake.TOKEN_PLAIN_TEXT))));

        assertEquals("refused", shown.getString("state"));
        assertEquals("token-plain-text", shown.getString("why"));
        assertEquals(
                Mistake.TOKEN_PLAIN_TEXT.remedy(),
                shown.getJsonObject("diagnosis")
                        .getJsonArray("mistakes")
                        .getJsonObject(0)
                        .getString("remedy"));
    }

    @Test
    void bytesThatAreNoTextAreShownInHexadecimal() {
        JsonObject payload = request("a/reverse/request", new byte[] {(byte) 0xFF, 0}, new RecordedMessage.Failed())
                .getJsonObject("payload");

        assertEquals("ff00", payload.getString("hex"));
        assertFalse(payload.containsKey("text"));
    }

    @Test
    void anExcerptThatEndsWithinACharacterIsText() {
        byte[] euros = "€".repeat(3_000).getBytes(StandardCharsets.UTF_8);

        JsonObject payload = request("a/reverse/request", euros, new RecordedMessage.Failed())
                .getJsonObject("payload");

        assertEquals("€".repeat(Excerpt.MAX_LENGTH / 3), payload.getString("text"));
        assertEquals(euros.length, payload.getInteger("length"));
        assertEquals(Excerpt.MAX_LENGTH, payload.getInteger("kept"));
    }

    private static JsonObject request(String topic, byte[] payload, RecordedMessage.Outcome outcome) {
        RecordedMessage message =
                new RecordedMessage(1, TIME, topic, Optional.of(1), false, Optional.of(Excerpt.of(payload)), outcome);
        return PageJson.exchange(new RecordedExchange.Snapshot(1, List.of(message), 0, List.of()))
                .getJsonArray("messages")
                .getJsonObject(0);
    }
}
