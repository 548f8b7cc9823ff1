package securemqtt.responder.check;

import securemqtt.startup.commandline.ProgramExitCode;

/** The exit codes of {@code check}. docs/check.md and {@code --help} list them. */
enum CheckExitCode implements ProgramExitCode {
    PASSED(0, "all cases of the lab passed"),
    FAILED(1, "a case of the lab failed, or an internal error"),
    USAGE(2, "an invalid argument or option"),
    NOT_RUNNABLE(3, "COMMAND cannot be run");

    private final int status;
    private final String meaning;

    CheckExitCode(int status, String meaning) {
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
