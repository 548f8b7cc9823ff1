package securemqtt.responder.diagnosis;

import java.util.List;

/**
 * What a message shows.
 *
 * @param mistakes in the order of the exchange's steps; empty if no known mistake explains the message
 * @param proved whether an HMAC fits, so that nothing else can have happened; otherwise the message's form shows the mistakes
 * @param stage the stage of the first mistake; if there is none, the stage up to which everything is right
 * @param tried how many HMACs were computed
 */
public record Diagnosis(List<Mistake> mistakes, boolean proved, Stage stage, int tried) {
    static Diagnosis recognized(Mistake mistake) {
        return new Diagnosis(List.of(mistake), false, mistake.stage(), 0);
    }

    static Diagnosis unknown(Stage stage, int tried) {
        return new Diagnosis(List.of(), false, stage, tried);
    }
}
