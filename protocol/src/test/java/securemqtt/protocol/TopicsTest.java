package securemqtt.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TopicsTest {
    private static final NetId NET_ID = new NetId("le0nh4rt");

    @Test
    void theKeyExchangeHasARequestAndAResponseTopic() throws Exception {
        assertEquals("le0nh4rt/key-exchange/request", Topics.keyExchangeRequest(NET_ID));
        assertEquals("le0nh4rt/key-exchange/response", Topics.keyExchangeResponse(NET_ID));
        assertEquals(new Topics.KeyExchange(NET_ID), Topics.parseRequest("le0nh4rt/key-exchange/request"));
    }

    @ParameterizedTest
    @EnumSource
    void everyActionHasARequestAndAResponseTopic(Action action) throws Exception {
        String request = Topics.actionRequest(NET_ID, action);

        assertEquals("le0nh4rt/" + action.wireName() + "/request", request);
        assertEquals(new Topics.Transform(NET_ID, action), Topics.parseRequest(request));
        assertEquals(
                "le0nh4rt/" + action.wireName() + "/response",
                Topics.parseRequest(request).responseTopic());
    }

    @Test
    void theActionsAreTheLabsFive() {
        assertEquals("uppercase, lowercase, title-case, reverse, shuffle", Action.names());
    }

    @ParameterizedTest
    @CsvSource({
        "'', TOPIC_NOT_A_REQUEST",
        "request, TOPIC_NOT_A_REQUEST",
        "a/reverse, TOPIC_NOT_A_REQUEST",
        "a/reverse/response, TOPIC_NOT_A_REQUEST",
        "a/reverse/request/, TOPIC_NOT_A_REQUEST",
        "a/b/reverse/request, TOPIC_NOT_A_REQUEST",
        "/reverse/request, TOPIC_BAD_NETID",
        "$SYS/reverse/request, TOPIC_BAD_NETID",
        "a/Reverse/request, TOPIC_UNKNOWN_ACTION",
        "a//request, TOPIC_UNKNOWN_ACTION",
    })
    void otherTopicsAreRefused(String topic, Refusal reason) {
        assertEquals(
                reason,
                assertThrows(RefusedException.class, () -> Topics.parseRequest(topic))
                        .refusal());
    }
}
