package securemqtt.startup.commandline;

/** An exit code of a program. */
public interface ProgramExitCode {
    /** The number that the process returns. */
    int status();

    /** What the number means, as {@code --help} and the man page list it. */
    String meaning();
}
