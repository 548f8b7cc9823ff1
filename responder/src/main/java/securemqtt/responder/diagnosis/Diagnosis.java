package securemqtt.responder.diagnosis;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a message shows.
 *
 * @param mistakes in the order of the exchange's steps; empty if no known mistake explains the message
 * @param proved whether an HMAC fits, so that nothing else can have happened; otherwise the message's form shows the mistakes
 * @param stage the stage of the first mistake; if there is none, the stage up to which everything is right
 * @param tried how many HMACs were computed
 */
public record Diagnosis(List<Mistake> mistakes, boolean proved, Stage stage, int tried) {
    /** For people, in one line without a full stop. */
    public String describe() {
        if (mistakes.isEmpty()) {
            return "no known mistake explains it" + (tried == 0 ? "" : ", " + tried + " combinations were tried") + "; "
                    + stage.comparison();
        }
        return mistakes.stream()
                .map(mistake ->
                        mistake.done() + " [" + mistake.id() + (proved ? ", proved]; " : "]; ") + mistake.remedy())
                .collect(Collectors.joining("; and "));
    }

    /** A mistake that the form of the message shows. */
    public static Diagnosis recognized(Mistake mistake) {
        return new Diagnosis(List.of(mistake), false, mistake.stage(), 0);
    }

    static Diagnosis unknown(Stage stage, int tried) {
        return new Diagnosis(List.of(), false, stage, tried);
    }
}
