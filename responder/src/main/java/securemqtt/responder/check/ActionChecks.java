package securemqtt.responder.check;

import static securemqtt.responder.check.CaseBuilder.lab;
import static securemqtt.responder.check.Expectations.answer;
import static securemqtt.responder.check.Expectations.exitsWith0;
import static securemqtt.responder.check.Expectations.standardOutput;

import java.util.Arrays;
import java.util.List;

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
                        .exchanges("shuffle", TEXT)
                        .expects(
                                standardOutput(
                                        "standard output has the characters of the message, all of them, and a newline",
                                        output -> sorted(output).equals(sorted(TEXT + "\n"))),
                                exitsWith0()),
                lab("utf-8", "sends and prints characters beyond ASCII")
                        .why("Messages are text in UTF-8, with letters of every language and emoji.")
                        .fix(
                                "Encode the message in UTF-8, and write the decrypted bytes to standard output as they are.")
                        .exchanges("reverse", "Grüße aus 東京 🎓!")
                        .expects(answer("!🎓 京東 sua eßürG"), exitsWith0()),
                lab("empty-message", "takes an empty message and prints an empty line")
                        .why("An empty text is a text. Its token has one block of padding.")
                        .fix("Take an empty MESSAGE argument as a message, not as a missing one.")
                        .exchanges("uppercase", "")
                        .expects(answer(""), exitsWith0()));
    }

    private static CheckCase action(String action, String expected) {
        return lab(action, "prints the answer to " + action + ", with every space")
                .why("The client prints the text that the responder sends back, unchanged.")
                .fix(FIX)
                .exchanges(action, TEXT)
                .expects(answer(expected), exitsWith0());
    }

    private static List<Integer> sorted(String text) {
        return Arrays.stream(text.codePoints().sorted().toArray()).boxed().toList();
    }
}
