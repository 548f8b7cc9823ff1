package securemqtt.responder.check;

import static securemqtt.responder.check.CaseBuilder.lab;
import static securemqtt.responder.check.Expectations.answer;

import java.nio.charset.StandardCharsets;
import java.util.List;
import securemqtt.protocol.Fernet;
import securemqtt.protocol.RefusedException;
import securemqtt.protocol.Topics;

/** The lab's five actions, with texts of all kinds. */
final class ActionChecks {
    private static final String TEXT = "  The LAN  Before Time ";
    private static final String FIX =
            "Send the message as it was given and print the decrypted answer as it is: strip and split nothing.";

    private ActionChecks() {}

    static List<CheckCase> all() {
        return List.of(
                action("uppercase", "  THE LAN  BEFORE TIME "),
                action("lowercase", "  the lan  before time "),
                action("title-case", "  The Lan  Before Time "),
                action("reverse", " emiT erofeB  NAL ehT  "),
                lab("shuffle", "prints the answer to shuffle: the characters of the message in another order")
                        .why("The client prints the text that the responder sends back, unchanged.")
                        .fix(FIX)
                        .exchanges(ReversingShuffler::new, "shuffle", TEXT)
                        .expects(answer(" emiT erofeB  NAL ehT  ")),
                lab("utf-8", "sends and prints characters beyond ASCII")
                        .why("Messages are text in UTF-8, with letters of every language and emoji.")
                        .fix(
                                "Encode the message in UTF-8, and write the decrypted bytes to standard output as they are.")
                        .exchanges("reverse", "Grüße aus 東京 🎓!")
                        .expects(answer("!🎓 京東 sua eßürG")),
                lab("empty-message", "takes an empty message and prints an empty line")
                        .why("An empty text is a text. Its token has one block of padding.")
                        .fix("Take an empty MESSAGE argument as a message, not as a missing one.")
                        .exchanges("uppercase", "")
                        .expects(answer("")));
    }

    private static CheckCase action(String action, String expected) {
        return lab(action, "prints the answer to " + action + ", with every space")
                .why("The client prints the text that the responder sends back, unchanged.")
                .fix(FIX)
                .exchanges(action, TEXT)
                .expects(answer(expected));
    }

    /**
     * Answers {@code shuffle} with the characters in reverse order, which is an order like any other. The spaces at the
     * ends stay at the ends, so that a client that strips them fails in every run.
     */
    private static final class ReversingShuffler implements KnowingBehavior {
        private final GoodResponder good = new GoodResponder();

        @Override
        public void receive(Topics.Request request, byte[] payload, Publisher publisher) throws RefusedException {
            if (request instanceof Topics.KeyExchange) {
                good.receive(request, payload, publisher);
                return;
            }
            // A refused request has a diagnosis.
            good.answer(request, payload);
            Fernet codec = good.codec();
            String text = new String(codec.decrypt(payload), StandardCharsets.UTF_8);
            String reversed = new StringBuilder(text).reverse().toString();
            publisher.publish(request.responseTopic(), codec.encrypt(reversed.getBytes(StandardCharsets.UTF_8)));
        }

        @Override
        public GoodResponder knowledge() {
            return good;
        }
    }
}
