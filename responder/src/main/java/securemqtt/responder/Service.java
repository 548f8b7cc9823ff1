package securemqtt.responder;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** What Quarkus runs: the channels work by themselves, until somebody stops the process. */
public final class Service implements QuarkusApplication {
    /**
     * Runs the service to its end.
     *
     * @param settings what the command line has decided; counts for more than environment and files
     * @return the exit status of the process
     * @throws ServiceFailedException if it could not be started
     */
    static int run(Map<String, String> settings) throws ServiceFailedException {
        // In the configuration ${…} means another setting, here it means itself.
        settings.forEach((name, value) -> System.setProperty(name, value.replace("${", "\\${")));
        AtomicInteger exitStatus = new AtomicInteger();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Quarkus.run(Service.class, (status, cause) -> {
            exitStatus.set(status);
            failure.set(cause);
        });
        if (failure.get() != null) {
            throw new ServiceFailedException(failure.get());
        }
        return exitStatus.get();
    }

    @Override
    public int run(String... arguments) {
        Quarkus.waitForExit();
        return ExitCode.STOPPED.status();
    }

    /** Quarkus did not start; the message is that of the innermost cause. */
    static final class ServiceFailedException extends Exception {
        private static final long serialVersionUID = 1L;

        ServiceFailedException(Throwable cause) {
            super(innermost(cause).toString(), cause);
        }

        private static Throwable innermost(Throwable throwable) {
            Throwable innermost = throwable;
            while (innermost.getCause() != null) {
                innermost = innermost.getCause();
            }
            return innermost;
        }
    }
}
