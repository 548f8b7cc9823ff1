package securemqtt.responder.broker.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicRulesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#",
                "+",
                "/",
                "//",
                " ",
                "+/+/request",
                "a/#",
                "+/a/#",
                "le0nh4rt/key-exchange/response",
                "$SYS/#",
                "a:b",
                "$share/group/+/+/request",
                "$share/group/#",
                "$shared",
                "$share"
            })
    void acceptsValidFilters(String filter) {
        assertTrue(TopicRules.isFilter(filter));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "#/a",
                "a/#/b",
                "+/#/+",
                "#/#",
                "a#",
                "#a",
                "a/b#",
                "a+",
                "+a/b",
                "++",
                "a\0b",
                "a::b",
                "$share/",
                "$share/group",
                "$share/group/",
                "$share//a",
                "$share/gr+up/a",
                "$share/group/#/a"
            })
    void refusesInvalidFilters(String filter) {
        assertFalse(TopicRules.isFilter(filter));
    }

    @Test
    void aFilterHasAtMostSixteenLevelsWithoutItsGroup() {
        String sixteen = "a" + "/a".repeat(15);

        assertTrue(TopicRules.isFilter(sixteen));
        assertFalse(TopicRules.isFilter(sixteen + "/"));
        assertTrue(TopicRules.isFilter("$share/group/" + sixteen));
        assertFalse(TopicRules.isFilter("$share/group/" + sixteen + "/#"));
    }

    @Test
    void aTopicHasAtMost65535Bytes() {
        assertTrue(TopicRules.isTopic("a".repeat(65_535)));
        assertFalse(TopicRules.isTopic("a".repeat(65_536)));
        assertFalse(TopicRules.isTopic("ä".repeat(32_768)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/+", "#", "a#b", "a\0", "a::b", "a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a"})
    void refusesInvalidTopics(String topic) {
        assertFalse(TopicRules.isTopic(topic));
    }

    @ParameterizedTest
    @CsvSource({
        "#, a, true",
        "#, a/b/c, true",
        "#, $SYS/a, false",
        "+/a, $SYS/a, false",
        "$SYS/#, $SYS/a, true",
        "a/#, a, true",
        "a/#, a/b, true",
        "a/#, ab, false",
        "+, a, true",
        "+, a/b, false",
        "a/+, a/, true",
        "a/+, a, false",
        "+/+, /a, true",
        "a, a, true",
        "a, A, false",
        "a/b, a, false",
        "a, a/b, false",
        "$share/group/a/+, a/b, true"
    })
    void matches(String filter, String topic, boolean matches) {
        assertEquals(matches, TopicRules.matches(filter, topic));
    }
}
