package securemqtt.load;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Measures another process's processor time, which depends less than its speed on other processes. */
final class ProcessorTime {
    private final ProcessHandle process;
    private final Duration before;

    private ProcessorTime(ProcessHandle process, Duration before) {
        this.process = process;
        this.before = before;
    }

    /**
     * Starts the measurement; empty if there is no such process, or the system does not report its processor time.
     */
    static Optional<ProcessorTime> of(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(
                        process -> process.info().totalCpuDuration().map(before -> new ProcessorTime(process, before)));
    }

    /** The processor time since the start of the measurement, in total and per answer, as text. */
    String since(int answers) {
        return process.info()
                .totalCpuDuration()
                .map(now -> now.minus(before).toNanos())
                .map(nanos -> String.format(
                        Locale.ROOT,
                        "%.3f ms an answer, %.2f s in all",
                        nanos / 1e6 / Math.max(1, answers),
                        nanos / 1e9))
                .orElse("not known");
    }
}
