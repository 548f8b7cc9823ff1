package securemqtt.client;

import io.quarkus.runtime.ImageMode;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import picocli.CommandLine;

/** Lets Picocli run the command line. Then it ends the process at once, because Quarkus has nothing to clean up. */
@QuarkusMain
class CommandRun implements QuarkusApplication {
    private static volatile boolean isProcess;

    private final CommandLine commandLine;

    CommandRun(CommandLine commandLine) {
        this.commandLine = commandLine;
    }

    /** Says that this JVM runs nothing but the client. The JVM of a test must not end with it. */
    static void isProcess() {
        isProcess = true;
    }

    @Override
    public int run(String... arguments) {
        int status = commandLine.execute(arguments);
        // If a signal interrupted the client, Java sets the status.
        boolean endsProcess = isProcess || ImageMode.current() == ImageMode.NATIVE_RUN;
        if (endsProcess && status != ExitCode.INTERRUPTED.status()) {
            System.out.flush();
            System.err.flush();
            Runtime.getRuntime().halt(status);
        }
        return status;
    }
}
