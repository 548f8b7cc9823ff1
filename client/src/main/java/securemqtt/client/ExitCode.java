package securemqtt.client;

import securemqtt.startup.commandline.ProgramExitCode;

/** The exit codes of the client. docs/client.md and {@code --help} list them. */
enum ExitCode implements ProgramExitCode {
    ANSWERED(0, "the answer is on standard output"),
    INTERNAL_ERROR(1, "an internal error"),
    USAGE(2, "an invalid argument or option"),
    BROKER_UNREACHABLE(3, "no connection to the broker, or it was lost"),
    BROKER_REFUSED(4, "the broker refused the connection or a subscription"),
    NO_ANSWER(5, "no responder answered in time"),
    NOT_AUTHENTIC(6, "something answered, but not with the session key"),
    OUTPUT_FAILED(7, "the answer could not be written to standard output"),
    ANSWER_TOO_LONG(8, "the answer is longer than allowed"),
    // The Java runtime itself returns these: 128 plus the number of the signal.
    INTERRUPTED(130, "stopped by Ctrl-C"),
    TERMINATED(143, "stopped by SIGTERM");

    private final int status;
    private final String meaning;

    ExitCode(int status, String meaning) {
        this.status = status;
        this.meaning = meaning;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public String meaning() {
        return meaning;
    }
}
