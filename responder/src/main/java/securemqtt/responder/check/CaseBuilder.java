package securemqtt.responder.check;

import java.time.Duration;
import java.util.List;

/** Declares a case, in the order in which one reads it. */
final class CaseBuilder {
    private final String id;
    private final CheckCase.Kind kind;
    private final String sentence;
    private String why;
    private String fix;
    private Duration deadline = CheckCase.USUAL_DEADLINE;
    private boolean isIdle;
    private CheckCase.Scenario scenario;

    private CaseBuilder(String id, CheckCase.Kind kind, String sentence) {
        this.id = id;
        this.kind = kind;
        this.sentence = sentence;
    }

    /** A case that the lab asks for. */
    static CaseBuilder lab(String id, String sentence) {
        return new CaseBuilder(id, CheckCase.Kind.LAB, sentence);
    }

    /** A case that good programs pass. */
    static CaseBuilder robustness(String id, String sentence) {
        return new CaseBuilder(id, CheckCase.Kind.ROBUSTNESS, sentence);
    }

    CaseBuilder why(String text) {
        why = text;
        return this;
    }

    CaseBuilder fix(String text) {
        fix = text;
        return this;
    }

    /** A case in which a good client mostly waits. */
    CaseBuilder waitsUpTo(Duration limit) {
        deadline = limit;
        isIdle = true;
        return this;
    }

    CaseBuilder plays(CheckCase.Scenario what) {
        scenario = what;
        return this;
    }

    /** A whole exchange with a responder. */
    CaseBuilder exchanges(Responders responder, String action, String message) {
        return plays(trial -> {
            trial.startBroker();
            trial.startResponder(responder.make());
            trial.exchange(action, message);
        });
    }

    /** A whole exchange with a good responder. */
    CaseBuilder exchanges(String action, String message) {
        return exchanges(GoodResponder::new, action, message);
    }

    /** Makes the responder for one case. */
    @FunctionalInterface
    interface Responders {
        Behavior make();
    }

    /** @param expectations the most telling first */
    CheckCase expects(Expectation... expectations) {
        return new CheckCase(id, kind, sentence, why, fix, deadline, isIdle, scenario, List.of(expectations));
    }
}
