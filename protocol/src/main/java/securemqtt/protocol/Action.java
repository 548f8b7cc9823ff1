package securemqtt.protocol;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** A transformation of a text that a client can request. */
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

    /** The action with this name on the wire, compared with case; empty if there is none. */
    public static Optional<Action> named(String wireName) {
        return Arrays.stream(values())
                .filter(action -> action.wireName().equals(wireName))
                .findFirst();
    }

    /** The list of all names for help and error texts: {@code uppercase, lowercase, …}. */
    public static String names() {
        return Arrays.stream(values()).map(Action::wireName).collect(Collectors.joining(", "));
    }
}
