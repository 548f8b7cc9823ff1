package securemqtt.responder.check;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Delays the end of the process by Ctrl-C or SIGTERM until {@link #close}, so that there is time to report. */
final class StopSignal {
    private static final long REPORT_SECONDS = 15;

    private final CountDownLatch reported = new CountDownLatch(1);
    private final Thread hook;

    /** @param stop what to do at the signal, on another thread */
    StopSignal(Runnable stop) {
        hook = new Thread(
                () -> {
                    stop.run();
                    awaitReport();
                },
                "check-stop");
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process ends already.
            stop.run();
        }
    }

    private void awaitReport() {
        try {
            reported.await(REPORT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets the process end. */
    void close() {
        reported.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The hook runs, and ends now.
        }
    }
}
