package securemqtt.responder;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * What libraries print to standard error past the log. Each line becomes one of the log, for those who asked for every step;
 * stack traces are left out. So nothing else is between the log's lines, in whatever format they are.
 */
final class StrayOutput extends OutputStream {
    private static final Logger LOG = Logger.getLogger(StrayOutput.class);
    /** In bytes; of a longer line the rest is left out. */
    private static final int LONGEST_LINE = 1024;

    private final Consumer<String> lines;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    /** Whether the log is being written to, which prints here itself if it cannot. */
    private boolean writing;

    /** @param lines what takes each line */
    StrayOutput(Consumer<String> lines) {
        this.lines = lines;
    }

    /**
     * Takes all that is printed from now on, and all exceptions that no thread has caught. The log has to be set up, as it goes to
     * standard error itself.
     */
    static void capture() {
        StrayOutput stray = new StrayOutput(text -> LOG.debugf("printed by a library: %s", text));
        System.setErr(new PrintStream(stray, false, StandardCharsets.UTF_8));
        Thread.setDefaultUncaughtExceptionHandler(StrayOutput::uncaught);
    }

    /** Strangers may cause many in the embedded broker, and it has some when it is stopped under load: these are counted. */
    private static void uncaught(Thread thread, Throwable fault) {
        if (thread.getName().contains("activemq")) {
            BrokerLog.count("a task failed: " + fault.getClass().getSimpleName());
        } else {
            LOG.errorf(
                    "a fault of this program, in the thread %s: %s", thread.getName(), Printable.of(fault.toString()));
        }
    }

    @Override
    public synchronized void write(int next) {
        if (next == '\n') {
            end();
        } else if (line.size() < LONGEST_LINE) {
            line.write(next);
        }
    }

    private void end() {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        // The lines of a stack trace are indented.
        if (!writing && !text.isBlank() && !text.startsWith("\t")) {
            writing = true;
            try {
                lines.accept(Printable.of(text));
            } finally {
                writing = false;
            }
        }
    }
}
