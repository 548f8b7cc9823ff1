package securemqtt.responder.check;

import java.util.List;
import java.util.stream.Stream;

/** All cases, in the order in which they are reported. */
final class CheckList {
    private static final List<CheckCase> ALL = Stream.of(
                    ActionChecks.all(),
                    CommandLineChecks.all(),
                    WireChecks.all(),
                    ConnectionChecks.all(),
                    AnswerChecks.all(),
                    PatienceChecks.all())
            .flatMap(List::stream)
            .toList();

    private CheckList() {}

    static List<CheckCase> all() {
        return ALL;
    }
}
