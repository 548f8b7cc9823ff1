package securemqtt.startup.commandline;

/** What Picocli needs to know of an option without a value. */
public final class Flag {
    /**
     * The value of a flag that is given. Without it, Picocli inverts the default, which the environment may have set.
     */
    public static final String GIVEN = "true";

    private Flag() {}
}
