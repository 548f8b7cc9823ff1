package securemqtt.startup;

import io.smallrye.config.ConfigValidationException;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.Set;

/**
 * Reports an internal error: an error line, a hint line, and a stack trace only if the log level asks for details.
 */
public final class UnforeseenFailure {
    private static final String LEVEL_VARIABLE = "QUARKUS_LOG_LEVEL";
    private static final Set<String> DETAILED_LEVELS = Set.of("ALL", "TRACE", "DEBUG");
    private static final String DETAILS_HINT = LEVEL_VARIABLE + "=DEBUG in the environment shows where it happened";

    private final PrintStream err;
    private final String program;
    private final boolean detailed;

    /** @param program the name in front of each line */
    public UnforeseenFailure(String program) {
        this(System.err, program, System.getenv(LEVEL_VARIABLE));
    }

    UnforeseenFailure(PrintStream err, String program, String level) {
        this.err = err;
        this.program = program;
        this.detailed = level != null && DETAILED_LEVELS.contains(level.toUpperCase(Locale.ROOT));
    }

    /**
     * Reports that Quarkus did not start.
     *
     * @param what the subject of the error line, such as "the service"
     */
    public void reportStartFailure(String what, Throwable failure) {
        Throwable innermost = innermost(failure);
        // If a class fails to initialize a second time, only the message names the first failure.
        if (innermost.toString().contains("OutOfMemoryError")) {
            print(
                    what + " did not start: there is too little memory, or too few threads are allowed",
                    "see ulimit -u, ulimit -v, and -Xmx in JDK_JAVA_OPTIONS; " + DETAILS_HINT,
                    failure);
            return;
        }
        if (innermost instanceof ClassNotFoundException || innermost instanceof LinkageError) {
            print(
                    what + " did not start: some of its files cannot be read: " + reason(failure),
                    "build or unpack it again; " + DETAILS_HINT,
                    failure);
            return;
        }
        print(
                what + " did not start: " + reason(failure),
                "check the environment variables that configure it; " + DETAILS_HINT,
                failure);
    }

    /** Reports an exception that the running program does not expect. */
    public void reportInternalError(Throwable failure) {
        print("internal error: " + reason(failure), DETAILS_HINT, failure);
    }

    private void print(String problem, String hint, Throwable failure) {
        err.println(ErrorLines.error(program, problem));
        err.println(ErrorLines.hint(program, hint));
        if (detailed) {
            failure.printStackTrace(err);
        }
    }

    /** The message of the innermost cause. The exceptions around it only repeat it. */
    private static String reason(Throwable failure) {
        Throwable innermost = innermost(failure);
        // By its name, because that class may be missing, too.
        if (innermost.getClass().getSimpleName().equals("ConfigValidationException")) {
            return SettingErrors.describe((ConfigValidationException) innermost);
        }
        // Java's message of both is only the file name.
        if (innermost instanceof AccessDeniedException denied) {
            return denied.getFile() + ": permission denied";
        }
        if (innermost instanceof NoSuchFileException missing) {
            return missing.getFile() + ": there is no such file";
        }
        String message = innermost.getMessage();
        if (message == null || message.isBlank()) {
            // Nothing else describes the failure.
            return innermost.getClass().getSimpleName();
        }
        return message.strip().lines().findFirst().orElseThrow();
    }

    private static Throwable innermost(Throwable failure) {
        Throwable innermost = failure;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        return innermost;
    }
}
