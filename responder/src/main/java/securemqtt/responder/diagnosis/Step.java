package securemqtt.responder.diagnosis;

import java.util.Optional;

/**
 * One way to do a step of the exchange: the right one, or one that a mistake leads to.
 *
 * @param mistake empty for the right one
 */
record Step<F>(Optional<Mistake> mistake, F function) {
    static <F> Step<F> right(F function) {
        return new Step<>(Optional.empty(), function);
    }

    static <F> Step<F> wrong(Mistake mistake, F function) {
        return new Step<>(Optional.of(mistake), function);
    }

    int deviations() {
        return mistake.isPresent() ? 1 : 0;
    }
}
