package securemqtt.client;

import io.quarkus.runtime.ImageMode;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import picocli.CommandLine;

/** Has Picocli run the command line, and ends the process then, as Quarkus has nothing to put in order. */
@QuarkusMain
class CommandRun implements QuarkusApplication {
    private static volatile boolean isProcess;

    private final CommandLine commandLine;

    CommandRun(CommandLine commandLine) {
        this.commandLine = commandLine;
    }

    /** The JVM was started for this program alone. Tests have it in their own. */
    static void isProcess() {
        isProcess = true;
    }

    @Override
    public int run(String... arguments) {
        int status = commandLine.execute(arguments);
        // The signal that interrupted it decides on the status.
        boolean endsProcess = isProcess || ImageMode.current() == ImageMode.NATIVE_RUN;
        if (endsProcess && status != ExitCode.INTERRUPTED.status()) {
            System.out.flush();
            System.err.flush();
            Runtime.getRuntime().halt(status);
        }
        return status;
    }
}
