package securemqtt.load;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** How much processor time another process takes; tells more than speed where others use the processors too. */
final class ProcessorTime {
    private final ProcessHandle process;
    private final Duration before;

    private ProcessorTime(ProcessHandle process, Duration before) {
        this.process = process;
        this.before = before;
    }

    /** Measures from now on; empty if there is no such process, or its time is not known here. */
    static Optional<ProcessorTime> of(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(
                        process -> process.info().totalCpuDuration().map(before -> new ProcessorTime(process, before)));
    }

    /** What it took since, in all and for each of so many answers. */
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
