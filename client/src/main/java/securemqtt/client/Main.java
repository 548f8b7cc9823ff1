package securemqtt.client;

import io.quarkus.picocli.runtime.PicocliRunner;
import io.quarkus.runtime.Quarkus;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import securemqtt.startup.EntryPoint;
import securemqtt.startup.UnforeseenFailure;

/** Where the JVM begins: has Quarkus run the command line, and turns how that ended into the exit status. */
public final class Main {
    private Main() {}

    public static void main(String... arguments) {
        System.exit(run(arguments));
    }

    private static int run(String... arguments) {
        AtomicInteger status = new AtomicInteger();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        try {
            EntryPoint.prepare();
            Quarkus.run(
                    PicocliRunner.class,
                    (ended, cause) -> {
                        status.set(ended);
                        failure.set(cause);
                    },
                    arguments);
        } catch (Throwable e) {
            // For anything that is not caught here the JVM prints a stack trace.
            failure.set(e);
        }
        if (failure.get() == null) {
            return status.get();
        }
        new UnforeseenFailure(SecureMqttClient.NAME).atStart("the program", failure.get());
        return ExitCode.INTERNAL_ERROR.status();
    }
}
