package securemqtt.responder.check;

import java.util.List;

/**
 * The beginning and the end of a list that may be long.
 *
 * @param omitted how many elements are left out between {@code first} and {@code last}
 */
record Excerpt<T>(List<T> first, int omitted, List<T> last) {
    /** @param most how many elements to keep; more of the end than of the beginning */
    static <T> Excerpt<T> of(List<T> all, int most) {
        if (all.size() <= most) {
            return new Excerpt<>(List.copyOf(all), 0, List.of());
        }
        int head = most / 3;
        int tail = most - head;
        return new Excerpt<>(
                List.copyOf(all.subList(0, head)),
                all.size() - most,
                List.copyOf(all.subList(all.size() - tail, all.size())));
    }
}
