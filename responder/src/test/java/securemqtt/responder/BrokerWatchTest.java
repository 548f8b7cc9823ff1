package securemqtt.responder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.reactive.messaging.health.HealthReport;
import io.smallrye.reactive.messaging.health.HealthReporter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import securemqtt.responder.broker.BrokerConnection;
import securemqtt.responder.broker.ConnectionStateMachine.Obstacle;
import securemqtt.responder.channel.InFlightAnswers;
import securemqtt.responder.management.Metrics;
import securemqtt.responder.settings.Credentials;
import securemqtt.responder.settings.ResponderConfig;
import securemqtt.responder.settings.Settings;

/** Tests states of the connection that no real broker can cause. */
class BrokerWatchTest {
    private static final ResponderConfig CONFIG = Settings.read(Map.of());
    private static final Credentials CREDENTIALS = Credentials.read(CONFIG, Map.of());
    private long nanos;
    private final Vertx vertx = Vertx.vertx();
    private final Channels channels = new Channels();
    private final InFlightAnswers inFlight = new InFlightAnswers(() -> nanos);
    private final List<Integer> exits = new ArrayList<>();
    private int losses;
    private final BrokerWatch watch = new BrokerWatch(
            channels,
            new BrokerConnection(vertx, CREDENTIALS, CONFIG) {
                @Override
                public Future<Optional<Obstacle>> obstacle() {
                    return Future.succeededFuture(Optional.empty());
                }

                @Override
                public void forgetAddress() {}
            },
            CREDENTIALS,
            vertx,
            CONFIG,
            new Metrics(new SimpleMeterRegistry()),
            inFlight,
            () -> losses++,
            exits::add,
            () -> nanos);

    @AfterEach
    void close() {
        vertx.close();
    }

    @Test
    void reportsEachLossOfTheConnection() {
        beReady();
        assertEquals(0, losses);

        channels.connected = false;
        watch.check();
        watch.check();

        assertEquals(1, losses);
    }

    @Test
    void endsTheProgramIfAChannelDies() {
        beReady();

        channels.alive = false;
        watch.check();

        assertFalse(watch.isAlive());
        assertEquals(List.of(ExitCode.INTERNAL_ERROR.status()), exits);
    }

    @Test
    void endsTheProgramIfNoAnswerMakesProgressForHalfAMinute() {
        beReady();
        inFlight.add(1);
        watch.check();
        assertTrue(watch.isAlive());

        nanos += Duration.ofSeconds(31).toNanos();
        watch.check();

        assertFalse(watch.isAlive());
        assertEquals(List.of(ExitCode.INTERNAL_ERROR.status()), exits);
    }

    private void beReady() {
        channels.alive = true;
        channels.connected = true;
        watch.check();
        assertTrue(watch.isReady());
    }

    private static final class Channels implements HealthReporter {
        boolean alive;
        boolean connected;

        @Override
        public HealthReport getLiveness() {
            return report(alive);
        }

        @Override
        public HealthReport getReadiness() {
            return report(connected);
        }

        private static HealthReport report(boolean ok) {
            return HealthReport.builder().add("requests", ok).build();
        }
    }
}
