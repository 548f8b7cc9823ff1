package securemqtt.client;

import io.quarkus.runtime.Quarkus;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import securemqtt.startup.EntryPoint;
import securemqtt.startup.UnforeseenFailure;

/** The first class that the JVM runs. It lets Quarkus run the command line, and sets the exit status. */
public final class Main {
    /** The fewest arguments with which a run exchanges keys: NETID, ACTION, and MESSAGE or --stdin. */
    private static final int LEAST_ARGUMENTS = 3;

    private Main() {}

    public static void main(String... arguments) {
        System.exit(run(arguments));
    }

    private static int run(String... arguments) {
        AtomicInteger status = new AtomicInteger();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        try {
            EntryPoint.prepare();
            if (arguments.length >= LEAST_ARGUMENTS) {
                KeyPairs.begin();
            }
            CommandRun.isProcess();
            Quarkus.run(
                    CommandRun.class,
                    (ended, cause) -> {
                        status.set(ended);
                        failure.set(cause);
                    },
                    arguments);
        } catch (Throwable e) {
            // The JVM would print a stack trace.
            failure.set(e);
        }
        if (failure.get() == null) {
            return status.get();
        }
        new UnforeseenFailure(SecureMqttClient.NAME).reportStartFailure("the program", failure.get());
        return ExitCode.INTERNAL_ERROR.status();
    }
}
