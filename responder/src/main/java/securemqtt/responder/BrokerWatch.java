package securemqtt.responder;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.reactive.messaging.health.HealthReport;
import io.smallrye.reactive.messaging.mqtt.MqttConnector;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.logging.Level;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;
import org.jboss.logging.Logger;

/**
 * Tells when the service is ready, and when it is not any more. The connector announces neither, so that it is asked
 * again and again.
 */
@ApplicationScoped
class BrokerWatch {
    private static final Logger LOG = Logger.getLogger(BrokerWatch.class);
    private static final long PERIOD_MILLIS = 50;
    /** By then a broker that is there has accepted the connection. */
    private static final int PATIENCE_PERIODS = 20;

    private final MqttConnector connector;
    private final Vertx vertx;
    private final ResponderConfig config;

    private State state = State.STARTING;
    private int periods;
    private long timer;

    private enum State {
        STARTING,
        READY,
        WAITING
    }

    BrokerWatch(@Connector("smallrye-mqtt") MqttConnector connector, Vertx vertx, ResponderConfig config) {
        this.connector = connector;
        this.vertx = vertx;
        this.config = config;
    }

    void start(@Observes StartupEvent startup) {
        timer = vertx.setPeriodic(1, PERIOD_MILLIS, tick -> look());
    }

    void stop(@Observes ShutdownEvent shutdown) {
        vertx.cancelTimer(timer);
        // From here on these only complain about connections that end, as they are meant to.
        for (String library : List.of("io.netty", "io.smallrye.reactive.messaging.mqtt", "io.vertx.mqtt")) {
            java.util.logging.Logger.getLogger(library).setLevel(Level.OFF);
        }
        LOG.info("stopping");
    }

    private void look() {
        periods++;
        boolean alive = isUp(connector.getLiveness());
        boolean ready = alive && isUp(connector.getReadiness());
        if (!alive && state == State.READY) {
            // Connected, but deaf for good. Ending lets whoever watches the process start it again.
            LOG.error("a channel has died, this program cannot go on");
            vertx.cancelTimer(timer);
            Quarkus.asyncExit(ExitCode.INTERNAL_ERROR.status());
        } else if (ready && state != State.READY) {
            state = State.READY;
            LOG.infof(
                    "ready: answering %s at %s:%d",
                    config.netid().map(netId -> "NetID " + netId).orElse("every NetID"), config.host(), config.port());
        } else if (!ready && state == State.READY) {
            state = State.WAITING;
            LOG.warnf("lost the broker at %s:%d, trying every second to reach it", config.host(), config.port());
        } else if (!ready && state == State.STARTING && periods > PATIENCE_PERIODS) {
            state = State.WAITING;
            LOG.warnf("no broker at %s:%d yet, trying every second to reach it", config.host(), config.port());
        }
    }

    private static boolean isUp(HealthReport report) {
        return !report.getChannels().isEmpty() && report.isOk();
    }
}
