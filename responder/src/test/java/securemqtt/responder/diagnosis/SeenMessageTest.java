package securemqtt.responder.diagnosis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeenMessageTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/a/uppercase/request     | false | a/uppercase/response    | TOPIC_LEADING_SLASH",
                "/a/key-exchange/request  | false |                         | TOPIC_LEADING_SLASH",
                "/a/explode/request       | false |                         |",
                "//a/uppercase/request    | false |                         |",
                "a/key-exchange/response  | false | a/key-exchange/response | TOPIC_RESPONSE",
                "a/uppercase/response     | false | a/+/response            | TOPIC_RESPONSE",
                "a/uppercase/response     | false | +/+/response            |",
                "a/news/response          | false | +/+/response            |",
                "a/uppercase/request      | true  | a/uppercase/response    | RETAIN",
                "a/uppercase/request      | true  |                         | RETAIN",
                "a/uppercase/request      | false |                         |",
                "a/explode/request        | true  |                         |",
            })
    void namesAMistakeOfAClient(String topic, boolean isRetained, String filter, Mistake mistake) {
        assertEquals(Optional.ofNullable(mistake), mistake(topic, isRetained, 9, filter));
    }

    /** What a responder, or a program that is both, subscribes to. */
    @ParameterizedTest
    @CsvSource({
        "+/+/request",
        "a/+/request",
        "a/uppercase/request",
        "$share/group/+/+/request",
        "#",
        "a/#",
        "a/uppercase/#",
        "a/uppercase/request/#",
        "a/uppercase/+"
    })
    void aConnectionThatMayGetRequestsMakesNoMistake(String filter) {
        assertEquals(Optional.empty(), mistake("a/uppercase/response", false, 9, "a/uppercase/response", filter));
        assertEquals(Optional.empty(), mistake("a/uppercase/request", true, 9, filter));
    }

    /** It may be the second connection of a responder. */
    @ParameterizedTest
    @CsvSource({"a/uppercase/response", "a/key-exchange/response"})
    void aConnectionThatGetsNoResponsesMayAnswer(String topic) {
        assertEquals(Optional.empty(), mistake(topic, false, 9));
    }

    @ParameterizedTest
    @CsvSource({"a/uppercase/response", "a/uppercase/request"})
    void anEmptyRetainedMessageOnlyDeletesAnother(String topic) {
        assertEquals(Optional.empty(), mistake(topic, true, 0, "a/uppercase/response"));
    }

    private static Optional<Mistake> mistake(String topic, boolean isRetained, int length, String... filters) {
        SeenMessage.Sender sender = SeenMessage.Sender.UNKNOWN;
        for (String filter : Arrays.asList(filters)) {
            sender = filter == null ? sender : sender.with(filter);
        }
        return new SeenMessage(topic, isRetained, length, sender).mistake();
    }
}
