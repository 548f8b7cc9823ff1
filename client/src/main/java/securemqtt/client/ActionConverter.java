package securemqtt.client;

import java.util.Arrays;
import java.util.Iterator;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import securemqtt.protocol.Action;

/** Finds an action by its name. */
final class ActionConverter implements ITypeConverter<Action> {
    @Override
    public Action convert(String value) {
        return Action.named(value)
                .orElseThrow(() -> new TypeConversionException(
                        "unknown action '" + value + "'; the actions are " + Action.names()));
    }

    /** The names of all actions, for {@code --help} and for completion. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(Action.values()).map(Action::wireName).iterator();
        }
    }
}
