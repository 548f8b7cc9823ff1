package securemqtt.responder;

import securemqtt.startup.commandline.ProgramExitCode;

/** The exit codes of the responder. docs/responder.md and {@code --help} list them. */
enum ExitCode implements ProgramExitCode {
    SUCCESS(0, "stopped by Ctrl-C or SIGTERM, a new identity was made, or explain printed its lines"),
    INTERNAL_ERROR(1, "an internal error"),
    USAGE(2, "an invalid argument or option"),
    NO_EMBEDDED_BROKER(3, "the embedded broker could not be started, or the memory ran out"),
    NO_MANAGEMENT_PORT(4, "the management port could not be opened"),
    NO_PAGE_PORT(5, "the page's port could not be opened");

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
