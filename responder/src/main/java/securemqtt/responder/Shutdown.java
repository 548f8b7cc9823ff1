package securemqtt.responder;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The end of the process and its exit status. Java reports 128 plus the signal's number when a signal ends it, as if
 * the process had been killed. But stopping a service is not a failure.
 */
final class Shutdown {
    /** How long an orderly end may take, in seconds. After that the process ends anyway, with status 1. */
    private static final int TIMEOUT_SECONDS = 10;

    private static final CountDownLatch ENDED = new CountDownLatch(1);
    private static volatile int exitStatus;
    private static volatile boolean serving;
    private static volatile boolean signalIsFailure;

    private Shutdown() {}

    /** Handles signals from now on. Until {@link #serving} a signal ends the process immediately, with status 0. */
    static void install() {
        Runtime.getRuntime().addShutdownHook(new Thread(Shutdown::end, "halt"));
    }

    /** Call this when the service runs. From now on a signal lets the service finish its work first. */
    static void serving() {
        serving = true;
    }

    /**
     * Call this when the process does something else than serve. From now on a signal that ends it is a failure, as
     * Java reports it.
     */
    static void signalIsFailure() {
        signalIsFailure = true;
    }

    /** Ends the process with this exit status. */
    static void exit(int status) {
        exitStatus = status;
        ENDED.countDown();
        System.exit(status);
    }

    /** Whether the JVM is about to end. Java has no other way to find out. */
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
                // If Quarkus is only half started, it would report that it cannot start any more.
                Runtime.getRuntime().halt(ExitCode.SUCCESS.status());
            }
            boolean inTime = ENDED.await(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            Runtime.getRuntime().halt(inTime ? exitStatus : ExitCode.INTERNAL_ERROR.status());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
