package securemqtt.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that the benchmarks run. Does not check the measured values. */
class BenchIT {
    @Test
    void theClientsBenchComparesAllThreeAndDrawsThem(@TempDir Path folder) throws Exception {
        Path svg = folder.resolve("client.svg");
        String java = System.getProperty("java.home");
        Mosquitto.require();

        Program.Result result = Program.start(
                        Peers.requirePython(),
                        "-B",
                        Program.HOME.resolve("testing/bench/client").toString(),
                        "--rounds",
                        "1",
                        "--java",
                        java,
                        "--svg",
                        svg.toString())
                .await()
                .expect(0);

        for (String name : new String[] {"ours, Java ", "Python, peer ", "Python, polling "}) {
            Stream<String> lines = result.stdout().lines();
            assertEquals(1, lines.filter(line -> line.startsWith(name)).count(), result.stdout());
        }
        expectBars(3, svg);
    }

    @Test
    void theRespondersBenchComparesBothAndDrawsThem(@TempDir Path folder) throws Exception {
        Path svg = folder.resolve("responder.svg");
        Mosquitto.require();

        Program.Result result = Program.start(
                        Peers.requirePython(),
                        "-B",
                        Program.HOME.resolve("testing/bench/responder").toString(),
                        "--quick",
                        "--rounds",
                        "1",
                        "--svg",
                        svg.toString())
                .await()
                .expect(0);

        for (String measured : new String[] {"key exchanges", "actions"}) {
            for (String name : new String[] {"ours", "Python, peer", "ratio"}) {
                String row = "%-14s %s ".formatted(measured, name);
                assertEquals(
                        1,
                        result.stdout()
                                .lines()
                                .filter(line -> line.startsWith(row))
                                .count(),
                        result.stdout());
            }
        }
        expectBars(4, svg);
    }

    private static void expectBars(int number, Path svg) throws Exception {
        int background = 1;
        assertEquals(
                background + number,
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(svg.toFile())
                        .getElementsByTagName("rect")
                        .getLength());
    }
}
