package securemqtt.responder.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import securemqtt.protocol.Refusal;
import securemqtt.responder.diagnosis.Diagnosis;
import securemqtt.responder.diagnosis.Mistake;
import securemqtt.responder.diagnosis.Stage;

class MessageLineTest {
    private static final String TOPIC = "le0nh4rt/uppercase/request";

    @Test
    void namesTheMistakeInPlaceOfTheReasonsMeaning() {
        MessageLine line = refused(
                Refusal.TOKEN_NOT_AUTHENTIC,
                TOPIC,
                new Diagnosis(List.of(Mistake.SECRET_SIGN_BYTE), true, Stage.SECRET, 9));

        assertEquals(
                "le0nh4rt: refused uppercase, token-not-authentic: " + Mistake.SECRET_SIGN_BYTE.done()
                        + " [secret-sign-byte, proved]; " + Mistake.SECRET_SIGN_BYTE.remedy(),
                line.text());
        assertEquals(
                "{netid=le0nh4rt, topic=" + TOPIC
                        + ", reason=token-not-authentic, mistake=secret-sign-byte, stage=secret, proved=true}",
                line.fields().toString());
    }

    @Test
    void twoMistakesAreOneFieldSeparatedByCommas() {
        MessageLine line = refused(
                Refusal.TOKEN_NOT_AUTHENTIC,
                TOPIC,
                new Diagnosis(List.of(Mistake.SECRET_HEX_TEXT, Mistake.KDF_SHA512), true, Stage.SECRET, 9));

        assertEquals("secret-hex-text,kdf-sha512", line.fields().get("mistake"));
    }

    @Test
    void explainsTheReasonIfNoMistakeIsKnown() {
        MessageLine line =
                refused(Refusal.TOKEN_NOT_AUTHENTIC, TOPIC, new Diagnosis(List.of(), false, Stage.SECRET, 9));

        assertEquals(
                "le0nh4rt: refused uppercase, token-not-authentic: " + Refusal.TOKEN_NOT_AUTHENTIC.explanation() + "; "
                        + new Diagnosis(List.of(), false, Stage.SECRET, 9).describe(),
                line.text());
        assertEquals(
                "{netid=le0nh4rt, topic=" + TOPIC + ", reason=token-not-authentic, stage=secret, proved=false}",
                line.fields().toString());
    }

    @Test
    void showsTheWholeTopicIfItIsNotThatOfARequest() {
        MessageLine line =
                MessageLine.refused(Refusal.TOPIC_UNKNOWN_ACTION, "le0nh4rt/ex\nplode/request", Optional.empty());

        assertEquals(
                "le0nh4rt: refused topic le0nh4rt/ex\\u{a}plode/request, topic-unknown-action: "
                        + Refusal.TOPIC_UNKNOWN_ACTION.explanation(),
                line.text());
        assertEquals(
                "{netid=le0nh4rt, topic=le0nh4rt/ex\\u{a}plode/request, reason=topic-unknown-action}",
                line.fields().toString());
    }

    @Test
    void aTopicWithoutANetIdHasNoneInFront() {
        MessageLine line = MessageLine.refused(Refusal.TOPIC_BAD_NETID, "/uppercase/request", Optional.empty());

        assertEquals(
                "refused topic /uppercase/request, topic-bad-netid: " + Refusal.TOPIC_BAD_NETID.explanation(),
                line.text());
    }

    @Test
    void aMistakeInAnAnsweredMessageIsNoRefusal() {
        MessageLine line = MessageLine.answered("le0nh4rt/key-exchange/request", Mistake.KEY_NUL);

        assertEquals(
                "le0nh4rt: answered, but " + Mistake.KEY_NUL.done() + " [key-nul]; " + Mistake.KEY_NUL.remedy(),
                line.text());
        assertEquals(
                "{netid=le0nh4rt, topic=le0nh4rt/key-exchange/request, mistake=key-nul, stage=key, proved=false}",
                line.fields().toString());
    }

    @Test
    void aMessageThatOnlyTheBrokerSawShowsItsTopic() {
        MessageLine line = MessageLine.seen("/le0nh4rt/reverse/request", Mistake.TOPIC_LEADING_SLASH);

        assertEquals(
                "le0nh4rt: message on topic /le0nh4rt/reverse/request: " + Mistake.TOPIC_LEADING_SLASH.done()
                        + " [topic-leading-slash]; " + Mistake.TOPIC_LEADING_SLASH.remedy(),
                line.text());
        assertEquals("le0nh4rt", line.fields().get("netid"));
    }

    private static MessageLine refused(Refusal reason, String topic, Diagnosis diagnosis) {
        return MessageLine.refused(reason, topic, Optional.of(diagnosis));
    }
}
