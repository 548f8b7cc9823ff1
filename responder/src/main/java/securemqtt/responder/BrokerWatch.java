package securemqtt.responder;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.reactive.messaging.health.HealthReport;
import io.smallrye.reactive.messaging.health.HealthReporter;
import io.smallrye.reactive.messaging.mqtt.MqttConnector;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import java.util.logging.Level;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;
import org.jboss.logging.Logger;
import securemqtt.responder.broker.BrokerConnection;
import securemqtt.responder.broker.ConnectionStateMachine;
import securemqtt.responder.broker.ConnectionStateMachine.Observation;
import securemqtt.responder.broker.ConnectionStateMachine.Obstacle;
import securemqtt.responder.broker.ConnectionStateMachine.Question;
import securemqtt.responder.broker.ConnectionStateMachine.State;
import securemqtt.responder.broker.embedded.BrokerLog;
import securemqtt.responder.channel.InFlightAnswers;
import securemqtt.responder.channel.RequestChannel;
import securemqtt.responder.management.Metrics;
import securemqtt.responder.management.ServiceState;
import securemqtt.responder.settings.Credentials;
import securemqtt.responder.settings.ResponderConfig;

/**
 * Watches the connection to the broker, and carries out the decisions of {@link ConnectionStateMachine}. It polls the
 * connector, which announces no change.
 */
@ApplicationScoped
class BrokerWatch implements ServiceState {
    private static final Logger LOG = Logger.getLogger(BrokerWatch.class);
    private static final long PERIOD_MILLIS = 50;
    private static final long START_PERIOD_MILLIS = 5;
    /** A broker that exists accepts the connection within this time. */
    private static final Duration BROKER_TIMEOUT = Duration.ofSeconds(1);
    /** An embedded broker exists; on a busy computer, only the service connects late. */
    private static final Duration EMBEDDED_BROKER_TIMEOUT = Duration.ofSeconds(10);

    private final HealthReporter connector;
    private final BrokerConnection connection;
    private final Credentials credentials;
    private final Vertx vertx;
    private final ResponderConfig config;
    private final InFlightAnswers inFlight;
    private final Metrics metrics;
    private final Runnable connectionLost;
    private final IntConsumer exit;

    private final ConnectionStateMachine machine;
    private final LongSupplier nanos;
    private final long startNanos;
    private boolean stopping;

    private long timer;
    /** Polls more often during the start, because a user may be waiting for the line {@code ready}. */
    private long startTimer;

    @Inject
    BrokerWatch(
            @Connector("smallrye-mqtt") MqttConnector connector,
            BrokerConnection connection,
            Credentials credentials,
            Vertx vertx,
            ResponderConfig config,
            Metrics metrics,
            InFlightAnswers inFlight,
            RequestChannel requests) {
        this(
                connector,
                connection,
                credentials,
                vertx,
                config,
                metrics,
                inFlight,
                requests::connectionLost,
                Quarkus::asyncExit,
                System::nanoTime);
        connection.onAcknowledged(inFlight::acknowledged);
        connection.onDisconnected(inFlight::disconnected);
    }

    /**
     * @param connectionLost called after each loss of the connection
     * @param exit ends the program with the given exit status
     * @param nanos the clock, as {@link System#nanoTime}
     */
    BrokerWatch(
            HealthReporter connector,
            BrokerConnection connection,
            Credentials credentials,
            Vertx vertx,
            ResponderConfig config,
            Metrics metrics,
            InFlightAnswers inFlight,
            Runnable connectionLost,
            IntConsumer exit,
            LongSupplier nanos) {
        this.nanos = nanos;
        this.startNanos = nanos.getAsLong();
        this.connectionLost = connectionLost;
        this.exit = exit;
        this.connector = connector;
        this.connection = connection;
        this.credentials = credentials;
        this.vertx = vertx;
        this.config = config;
        this.inFlight = inFlight;
        this.metrics = metrics;
        this.machine = new ConnectionStateMachine(
                new Effects(), config.embeddedBroker() ? EMBEDDED_BROKER_TIMEOUT : BROKER_TIMEOUT);
        metrics.watchBroker(this::isReady);
    }

    @Override
    public boolean isAlive() {
        return machine.state() != State.DEAD;
    }

    @Override
    public boolean isReady() {
        return machine.state() == State.READY;
    }

    @Override
    public boolean wasReady() {
        return machine.wasReady();
    }

    void start(@Observes StartupEvent startup) {
        credentials
                .identity()
                .ifPresent(identity -> LOG.infof(
                        "identity: fingerprint %s", identity.publicKey().fingerprint()));
        timer = vertx.setPeriodic(1, PERIOD_MILLIS, tick -> check());
        startTimer = vertx.setPeriodic(START_PERIOD_MILLIS, tick -> checkAtStart());
    }

    /** Logs that the service stops. Synchronized like the other methods, so that none of them logs a later line. */
    synchronized void stop(@Observes @Priority(1) ShutdownEvent shutdown) {
        stopping = true;
        vertx.cancelTimer(timer);
        vertx.cancelTimer(startTimer);
        // From now on these libraries only complain that connections end, which is intended.
        for (String library : List.of("io.netty", "io.smallrye.reactive.messaging.mqtt", "io.vertx.mqtt")) {
            java.util.logging.Logger.getLogger(library).setLevel(Level.OFF);
        }
        BrokerLog.flush();
        LOG.info("stopping");
    }

    private void checkAtStart() {
        if (machine.state() != State.STARTING) {
            vertx.cancelTimer(startTimer);
        } else if (isConnected()) {
            check();
        }
    }

    synchronized void check() {
        if (!stopping) {
            machine.observed(
                    sinceStart(),
                    new Observation(
                            isUp(connector.getLiveness()),
                            isConnected(),
                            inFlight.isStuck(ConnectionStateMachine.STUCK)));
        }
    }

    private synchronized void answered(Question question, Optional<Obstacle> obstacle) {
        if (!stopping) {
            machine.answered(sinceStart(), question, obstacle, isConnected());
        }
    }

    private Duration sinceStart() {
        return Duration.ofNanos(nanos.getAsLong() - startNanos);
    }

    private boolean isConnected() {
        return isUp(connector.getReadiness());
    }

    private static boolean isUp(HealthReport report) {
        return !report.getChannels().isEmpty() && report.isOk();
    }

    private final class Effects implements ConnectionStateMachine.Effects {
        @Override
        public void ask(Question question) {
            connection.obstacle().onSuccess(obstacle -> answered(question, obstacle));
        }

        @Override
        public void ready() {
            LOG.infof(
                    "ready: answering %s at %s:%d",
                    config.netid().map(netId -> "NetID " + netId).orElse("every NetID"), config.host(), config.port());
        }

        @Override
        public void noBrokerYet() {
            LOG.warnf("no broker at %s:%d yet; retrying", config.host(), config.port());
        }

        @Override
        public void notConnected(String reason) {
            LOG.warnf("not connected: %s", reason);
        }

        @Override
        public void noRequests(String reason) {
            LOG.errorf("connected, but no requests will arrive: %s", reason);
        }

        @Override
        public void lost(boolean announced) {
            if (announced) {
                LOG.warnf("lost the connection to the broker at %s:%d; reconnecting", config.host(), config.port());
            }
            connection.forgetAddress();
            connectionLost.run();
            int inDoubt = inFlight.connectionLost();
            if (inDoubt > 0) {
                metrics.inDoubt(inDoubt);
                LOG.warnf(
                        "%d answers that were sent within the last %d s may not have arrived",
                        inDoubt, InFlightAnswers.IN_DOUBT.toSeconds());
            }
        }

        @Override
        public void repeatedlyLost() {
            LOG.error("the broker closes each connection after a few seconds: another client may use the same client"
                    + " identifier, or the same user name if the broker uses it as identifier");
        }

        /** Ends the program, so that its supervisor can restart it. */
        @Override
        public void die(String reason) {
            LOG.errorf("%s; the program cannot continue", reason);
            vertx.cancelTimer(timer);
            exit.accept(ExitCode.INTERNAL_ERROR.status());
        }
    }
}
