package securemqtt.responder;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import securemqtt.responder.broker.embedded.BrokerLog;
import securemqtt.responder.log.LogText;

/**
 * Lines that libraries print to standard error instead of the log. They become debug messages of the log, without stack traces, so
 * that nothing but log lines goes to standard error, whatever their format.
 */
final class StandardErrorCapture extends OutputStream {
    private static final Logger LOG = Logger.getLogger(StandardErrorCapture.class);
    /** In bytes. The rest of a longer line is cut off. */
    private static final int MAX_LINE_BYTES = 1024;

    private static final int MAX_WAITING = 100;

    private final Consumer<String> lines;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    /** @param lines what takes each line */
    StandardErrorCapture(Consumer<String> lines) {
        this.lines = lines;
    }

    /**
     * Takes everything that is printed from now on, and every exception that no thread catches. Set up the log first: it goes to the
     * real standard error.
     */
    static void capture() {
        // On a thread of its own: the log prints here if it cannot write, and then holds a lock that a line needs.
        ThreadPoolExecutor log = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_WAITING),
                StandardErrorCapture::thread,
                new ThreadPoolExecutor.DiscardPolicy());
        StandardErrorCapture stray =
                new StandardErrorCapture(text -> log.execute(() -> LOG.debugf("printed by a library: %s", text)));
        System.setErr(new PrintStream(stray, false, StandardCharsets.UTF_8));
        Thread.setDefaultUncaughtExceptionHandler(StandardErrorCapture::uncaught);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "stray-output");
        thread.setDaemon(true);
        return thread;
    }

    /** Counts those of the embedded broker: strangers may cause many. */
    private static void uncaught(Thread thread, Throwable fault) {
        if (thread.getName().contains("activemq")) {
            BrokerLog.count("a task failed: " + fault.getClass().getSimpleName());
        } else {
            LOG.errorf("a fault of this program, in the thread %s: %s", thread.getName(), LogText.of(fault.toString()));
        }
    }

    @Override
    public synchronized void write(int next) {
        if (next == '\n') {
            end();
        } else if (line.size() < MAX_LINE_BYTES) {
            line.write(next);
        }
    }

    private void end() {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        // The lines of a stack trace are indented.
        if (!text.isBlank() && !text.startsWith("\t")) {
            lines.accept(LogText.of(text));
        }
    }
}
