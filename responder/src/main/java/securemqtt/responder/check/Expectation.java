package securemqtt.responder.check;

import java.util.Optional;
import java.util.function.Function;

/**
 * Something that has to be seen.
 *
 * @param text what is expected, a clause without a full stop
 * @param deviation what was seen instead, a clause without a full stop; empty if it was as expected
 */
record Expectation(String text, Function<Observation, Optional<String>> deviation) {}
