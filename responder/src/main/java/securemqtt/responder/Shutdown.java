package securemqtt.responder;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The end of the process and its exit status. A JVM that a signal ends reports 128 and the signal's number, as if it had been
 * killed, but to stop a service is no failure.
 */
final class Shutdown {
    /** How long an orderly end may take, in seconds. After that the process ends anyway, with status 1. */
    private static final int TIMEOUT_SECONDS = 10;

    private static final CountDownLatch ENDED = new CountDownLatch(1);
    private static volatile int exitStatus;
    private static volatile boolean serving;
    private static volatile boolean signalIsFailure;

    private Shutdown() {}

    /** Takes signals from now on. Until {@link #serving} a signal ends the process immediately, with status 0. */
    static void install() {
        Runtime.getRuntime().addShutdownHook(new Thread(Shutdown::end, "halt"));
    }

    /** The service runs: from now on a signal lets it finish its work first. */
    static void serving() {
        serving = true;
    }

    /** The process does something else than serve, so a signal that ends it is a failure, as Java reports it. */
    static void signalIsFailure() {
        signalIsFailure = true;
    }

    /** Ends the process. */
    static void exit(int status) {
        exitStatus = status;
        ENDED.countDown();
        System.exit(status);
    }

    /** Whether the JVM is about to end. There is no other way to ask. */
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
                // Quarkus, half started, would only report that it cannot start any more.
                Runtime.getRuntime().halt(ExitCode.STOPPED.status());
            }
            boolean inTime = ENDED.await(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            Runtime.getRuntime().halt(inTime ? exitStatus : ExitCode.INTERNAL_ERROR.status());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
