package securemqtt.startup;

/** Checks of options and settings. Each throws an IllegalArgumentException whose message is for the user. */
public final class ValueChecks {
    public static final int MAX_PORT = 65535;

    private ValueChecks() {}

    /** @param name how the message names the value */
    public static void checkRange(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be in " + least + ".." + most + ", not " + value);
        }
    }

    /** @param name how the message names the value */
    public static void checkNotEmpty(String name, String value) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException(name + " must not be empty");
        }
    }

    /**
     * Also refuses a value that consists of spaces.
     *
     * @param name how the message names the value
     */
    public static void checkNotBlank(String name, String value) {
        checkNotEmpty(name, value.strip());
    }
}
