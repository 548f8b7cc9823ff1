package securemqtt.responder.check;

import static securemqtt.responder.check.Expectations.answer;
import static securemqtt.responder.check.Expectations.exitsWith0;

import java.util.List;

/** What the lab asks for: the actions and the command line. */
final class LabChecks {
    private static final String TEXT = "  The LAN  Before Time ";

    private LabChecks() {}

    static List<CheckCase> all() {
        return List.of(action("uppercase", "  THE LAN  BEFORE TIME "), action("lowercase", "  the lan  before time "));
    }

    private static CheckCase action(String action, String expected) {
        return new CheckCase(
                action,
                CheckCase.Kind.LAB,
                "prints the answer to " + action + ", with every space",
                "The client prints the text that the responder sends back, unchanged.",
                "Print the decrypted answer as it is, and send the message as it was given: strip nothing.",
                CheckCase.USUAL_DEADLINE,
                false,
                trial -> {
                    trial.startBroker();
                    trial.startResponder(new GoodResponder());
                    trial.exchange(action, TEXT);
                },
                List.of(answer(expected), exitsWith0()));
    }
}
