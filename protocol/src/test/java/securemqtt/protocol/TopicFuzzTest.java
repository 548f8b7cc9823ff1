package securemqtt.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** The fuzzer makes the bytes of a topic, which the protocol decodes as UTF-8. */
class TopicFuzzTest {
    private static final Pattern REQUEST = Pattern.compile("(?!\\$)[^/+#\\x00-\\x1F\\x7F-\\x9F\\uFFFD]{1,64}"
            + "/(?:key-exchange|uppercase|lowercase|title-case|reverse|shuffle)/request");

    @FuzzTest(maxDuration = "")
    void everyTopicIsARequestWithAResponseTopicOrIsRefused(byte[] bytes) {
        String topic = new String(bytes, StandardCharsets.UTF_8);
        boolean expected = REQUEST.matcher(topic).matches();
        Topics.Request request;
        try {
            request = Topics.parseRequest(topic);
        } catch (RefusedException e) {
            assertFalse(expected, e.refusal().code());
            return;
        }
        assertTrue(expected);

        String prefix = topic.substring(0, topic.length() - "request".length());
        assertEquals(prefix + "response", request.responseTopic());
        assertEquals(topic.substring(0, topic.indexOf('/')), request.netId().value());
        String action = topic.substring(topic.indexOf('/') + 1, topic.lastIndexOf('/'));
        if (request instanceof Topics.Transform transform) {
            assertEquals(action, transform.action().wireName());
        } else {
            assertEquals("key-exchange", action);
        }
    }
}
