package securemqtt.responder.page;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import securemqtt.responder.diagnosis.Mistake;

class ClassCountsTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private final ClassCounts counts = new ClassCounts();

    @Test
    void countsByMinute() {
        counts.answered(NOON);
        counts.answered(NOON.plusSeconds(59));
        counts.refused(NOON.plusSeconds(60));

        List<ClassCounts.MinuteCount> minutes = counts.minutes(NOON.plusSeconds(70));
        assertEquals(ClassCounts.MINUTES, minutes.size());
        assertEquals(new ClassCounts.MinuteCount(NOON.getEpochSecond(), 2, 0), minutes.get(58));
        assertEquals(new ClassCounts.MinuteCount(NOON.getEpochSecond() + 60, 0, 1), minutes.get(59));
    }

    @Test
    void forgetsMinutesOfMoreThanAnHourAgo() {
        IntStream.range(0, 100).forEach(minute -> counts.answered(NOON.plusSeconds(60L * minute)));

        List<ClassCounts.MinuteCount> minutes = counts.minutes(NOON.plusSeconds(60 * 99));
        assertEquals(
                60, minutes.stream().mapToInt(ClassCounts.MinuteCount::answered).sum());
        assertEquals(NOON.getEpochSecond() + 60 * 40, minutes.get(0).start());
    }

    @Test
    void theRateIsOfTheLastTenWholeSeconds() {
        IntStream.range(0, 20).forEach(i -> counts.answered(NOON));
        IntStream.range(0, 30).forEach(i -> counts.answered(NOON.plusSeconds(5)));

        assertEquals(0, counts.answeredPerSecond(NOON));
        assertEquals(2.0, counts.answeredPerSecond(NOON.plusSeconds(1)));
        assertEquals(5.0, counts.answeredPerSecond(NOON.plusSeconds(10)));
        assertEquals(3.0, counts.answeredPerSecond(NOON.plusSeconds(11)));
        assertEquals(0, counts.answeredPerSecond(NOON.plusSeconds(100)));
    }

    @Test
    void aMistakeCountsOnceForANetId() {
        counts.mistake("a", Mistake.QOS_0);
        counts.mistake("a", Mistake.QOS_0);
        counts.mistake("a", Mistake.KEY_NUL);
        counts.mistake("b", Mistake.QOS_0);

        assertEquals(
                List.of(
                        new ClassCounts.MistakeCount(Mistake.QOS_0, 2),
                        new ClassCounts.MistakeCount(Mistake.KEY_NUL, 1)),
                counts.mistakes());
    }

    @Test
    void remembersTheMistakesOfTheNewestNetIdsOnly() {
        IntStream.range(0, 20_000).forEach(i -> counts.mistake("n" + i, Mistake.QOS_0));

        assertEquals(10_000, counts.mistakes().get(0).netIds());
    }
}
