package securemqtt.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PercentilesTest {
    @Test
    void percentilesDoNotDependOnTheOrder() {
        long[] downwards = LongStream.rangeClosed(1, 200).map(n -> 201 - n).toArray();

        assertEquals(new Percentiles(200, 100, 180, 198, 200), Percentiles.of(downwards));
    }

    @Test
    void withOneMeasurementAllPercentilesAreEqual() {
        assertEquals(new Percentiles(1, 7, 7, 7, 7), Percentiles.of(7));
    }

    @Test
    void withFewMeasurementsTheSlowestIsThe99thPercentile() {
        assertEquals(new Percentiles(3, 2, 900, 900, 900), Percentiles.of(900, 1, 2));
    }

    @Test
    void withoutMeasurementsAllPercentilesAreZero() {
        assertEquals(new Percentiles(0, 0, 0, 0, 0), Percentiles.of());
    }
}
