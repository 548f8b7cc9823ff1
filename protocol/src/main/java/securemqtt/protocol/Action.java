package securemqtt.protocol;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a responder can be asked to do with a text. */
public enum Action {
    UPPERCASE,
    LOWERCASE,
    TITLE_CASE,
    REVERSE,
    SHUFFLE;

    /** The action's name on the wire, such as {@code title-case}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The action of that name on the wire, exactly as spelled there; empty if there is none. */
    public static Optional<Action> named(String wireName) {
        return Arrays.stream(values())
                .filter(action -> action.wireName().equals(wireName))
                .findFirst();
    }

    /** All names, for people: {@code uppercase, lowercase, …}. */
    public static String names() {
        return Arrays.stream(values()).map(Action::wireName).collect(Collectors.joining(", "));
    }
}
