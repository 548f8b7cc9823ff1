package securemqtt.responder;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends the process, and sets its exit status. A JVM that a signal ends returns 128 plus the number of the signal, but
 * stopping a service is not a failure.
 */
final class Shutdown {
    /** The longest time for an orderly end, in seconds. After that the process ends anyway, with status 1. */
    private static final int LAST_WORK_SECONDS = 10;

    private static final CountDownLatch ENDED = new CountDownLatch(1);
    private static volatile int exitStatus;
    private static volatile boolean serving;
    private static volatile boolean signalIsFailure;

    private Shutdown() {}

    /** Handles signals from now on. Until {@link #serving} a signal ends the process immediately, with status 0. */
    static void install() {
        Runtime.getRuntime().addShutdownHook(new Thread(Shutdown::end, "halt"));
    }

    /** Says that the service runs. From now on it finishes its work after a signal. */
    static void serving() {
        serving = true;
    }

    /** Says that the process does not run the service. A signal is a failure then, with the status that Java sets. */
    static void signalIsFailure() {
        signalIsFailure = true;
    }

    /** Ends the process. */
    static void exit(int status) {
        exitStatus = status;
        ENDED.countDown();
        System.exit(status);
    }

    /** Whether the JVM is ending. Java has no method for that. */
    static boolean isUnderWay() {
        Thread nothing = new Thread();
        try {
            Runtime.getRuntime().addShutdownHook(nothing);
            Runtime.getRuntime().removeShutdownHook(nothing);
            return false;
        } catch (IllegalStateException e) {
            return true;
        }
    }

    private static void end() {
        if (signalIsFailure) {
            return;
        }
        try {
            if (ENDED.getCount() > 0 && !serving) {
                // A half-started Quarkus would only report that it cannot start.
                Runtime.getRuntime().halt(ExitCode.STOPPED.status());
            }
            boolean inTime = ENDED.await(LAST_WORK_SECONDS, TimeUnit.SECONDS);
            Runtime.getRuntime().halt(inTime ? exitStatus : ExitCode.INTERNAL_ERROR.status());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
