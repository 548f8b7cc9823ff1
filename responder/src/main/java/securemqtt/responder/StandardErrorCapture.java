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
 * Captures lines that libraries print to standard error instead of the log. They become debug messages of the log,
 * without stack traces. So standard error contains nothing but log lines, whatever their format.
 */
final class StandardErrorCapture extends OutputStream {
    private static final Logger LOG = Logger.getLogger(StandardErrorCapture.class);
    /** In bytes. The rest of a longer line is dropped. */
    private static final int MAX_LINE_BYTES = 1024;

    private static final int MAX_WAITING = 100;

    private final Consumer<String> lines;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    /** @param lines receives each line */
    StandardErrorCapture(Consumer<String> lines) {
        this.lines = lines;
    }

    /**
     * Captures all output to standard error from now on, and every exception that no thread catches. Set up the log
     * first, because it must write to the real standard error.
     */
    static void capture() {
        // Logs on a separate thread. If the log cannot write, it prints an error here while it holds the lock that a
        // log line needs.
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

    /** Logs an exception. Counts those of the embedded broker instead, because clients may cause many. */
    private static void uncaught(Thread thread, Throwable error) {
        if (thread.getName().contains("activemq")) {
            BrokerLog.count("a task failed: " + error.getClass().getSimpleName());
        } else {
            LOG.errorf("internal error in thread %s: %s", thread.getName(), LogText.of(error.toString()));
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
