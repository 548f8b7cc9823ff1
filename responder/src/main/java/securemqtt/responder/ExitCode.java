package securemqtt.responder;

/** How the responder ended, as the process's exit status. docs/responder.md and {@code --help} list them. */
enum ExitCode {
    STOPPED(0, "stopped by Ctrl-C or SIGTERM, or a new identity was made"),
    INTERNAL_ERROR(1, "a fault of this program"),
    USAGE(2, "a wrong argument or option"),
    NO_EMBEDDED_BROKER(3, "the embedded broker could not be started, or the memory ran out"),
    NO_MANAGEMENT_PORT(4, "the management port could not be opened");

    private final int status;
    private final String meaning;

    ExitCode(int status, String meaning) {
        this.status = status;
        this.meaning = meaning;
    }

    int status() {
        return status;
    }

    String meaning() {
        return meaning;
    }
}
