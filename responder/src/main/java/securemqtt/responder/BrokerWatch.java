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
import java.util.logging.Level;
import org.eclipse.microprofile.reactive.messaging.spi.Connector;
import org.jboss.logging.Logger;
import securemqtt.responder.broker.BrokerConnection;
import securemqtt.responder.broker.embedded.BrokerLog;
import securemqtt.responder.channel.Outgoing;
import securemqtt.responder.channel.RequestChannel;
import securemqtt.responder.management.Metrics;
import securemqtt.responder.management.ServiceState;
import securemqtt.responder.settings.Credentials;
import securemqtt.responder.settings.ResponderConfig;

/**
 * Tells when the service is ready, and when it is not any more. The connector announces neither, so that it is asked
 * again and again.
 */
@ApplicationScoped
class BrokerWatch implements ServiceState {
    private static final Logger LOG = Logger.getLogger(BrokerWatch.class);
    private static final long PERIOD_MILLIS = 50;
    private static final long START_PERIOD_MILLIS = 5;
    private static final Duration STUCK = Duration.ofSeconds(30);
    private static final long STUCK_PERIODS = STUCK.toMillis() / PERIOD_MILLIS;
    /** By then a broker that is there has accepted the connection. */
    private static final int PATIENCE_PERIODS = 20;

    private static final int QUESTION_PERIODS = 200;
    /** A connection that is lost within 5 s was short. */
    private static final int SHORT_PERIODS = 100;
    /** So many short ones after another are no coincidence. */
    private static final int TELLING_LOSSES = 3;

    private final HealthReporter connector;
    private final BrokerConnection connection;
    private final Credentials credentials;
    private final Vertx vertx;
    private final ResponderConfig config;
    private final Outgoing outgoing;
    private final Metrics metrics;
    private final Runnable connectionLost;
    private final IntConsumer exit;

    private volatile State state = State.STARTING;
    /** Until then a channel does not count as alive. */
    private volatile boolean wasReady;

    private int periods;
    private int connectedAt;
    private int shortConnections;
    /** Whether it does no harm to ask the broker on a connection of its own. */
    private boolean mayAsk = true;

    private long timer;
    /** While it starts, somebody may be waiting for it to be ready. */
    private long startTimer;
    /** When to ask again why there is no broker; never as long as an answer is awaited. */
    private int nextQuestion;

    private Optional<String> knownObstacle = Optional.empty();
    private volatile boolean stopping;

    private enum State {
        STARTING,
        /** Connected, and asking whether requests will come. */
        ASKING,
        READY,
        /** Connected, but no request will come. */
        DEAF,
        WAITING,
        DEAD
    }

    @Inject
    BrokerWatch(
            @Connector("smallrye-mqtt") MqttConnector connector,
            BrokerConnection connection,
            Credentials credentials,
            Vertx vertx,
            ResponderConfig config,
            Metrics metrics,
            Outgoing outgoing,
            RequestChannel requests) {
        this(
                connector,
                connection,
                credentials,
                vertx,
                config,
                metrics,
                outgoing,
                requests::connectionLost,
                Quarkus::asyncExit);
    }

    /**
     * @param connectionLost called whenever the connection was lost
     * @param exit what ends the program, with the status that it is given
     */
    BrokerWatch(
            HealthReporter connector,
            BrokerConnection connection,
            Credentials credentials,
            Vertx vertx,
            ResponderConfig config,
            Metrics metrics,
            Outgoing outgoing,
            Runnable connectionLost,
            IntConsumer exit) {
        this.connectionLost = connectionLost;
        this.exit = exit;
        this.connector = connector;
        this.connection = connection;
        this.credentials = credentials;
        this.vertx = vertx;
        this.config = config;
        this.outgoing = outgoing;
        this.metrics = metrics;
        metrics.watchBroker(this::isReady);
    }

    @Override
    public boolean isAlive() {
        return state != State.DEAD;
    }

    @Override
    public boolean isReady() {
        return state == State.READY;
    }

    @Override
    public boolean wasReady() {
        return wasReady;
    }

    void start(@Observes StartupEvent startup) {
        credentials
                .identity()
                .ifPresent(identity -> LOG.infof(
                        "identity: fingerprint %s", identity.publicKey().fingerprint()));
        timer = vertx.setPeriodic(1, PERIOD_MILLIS, tick -> look());
        startTimer = vertx.setPeriodic(START_PERIOD_MILLIS, tick -> lookAtStart());
    }

    void stop(@Observes @Priority(1) ShutdownEvent shutdown) {
        stopping = true;
        vertx.cancelTimer(timer);
        vertx.cancelTimer(startTimer);
        // From here on these only complain about connections that end, as they are meant to.
        for (String library : List.of("io.netty", "io.smallrye.reactive.messaging.mqtt", "io.vertx.mqtt")) {
            java.util.logging.Logger.getLogger(library).setLevel(Level.OFF);
        }
        BrokerLog.flush();
        LOG.info("stopping");
    }

    private void lookAtStart() {
        if (state != State.STARTING) {
            vertx.cancelTimer(startTimer);
        } else if (isUp(connector.getReadiness())) {
            look();
        }
    }

    /** Sees what has become of the connection since the last look. */
    void look() {
        periods++;
        boolean alive = isUp(connector.getLiveness());
        boolean connected = alive && isUp(connector.getReadiness());
        boolean wasConnected = state == State.ASKING || state == State.READY || state == State.DEAF;
        if (!alive && wasReady) {
            die("a channel has died");
        } else if (connected
                && state == State.READY
                && periods - connectedAt > STUCK_PERIODS
                && outgoing.isStuck(STUCK)) {
            // Counted from when there was a broker: while it is away nothing moves, and that is no fault.
            die("answers are not sent any more");
        } else if (connected && !wasConnected) {
            connectedAt = periods;
            knownObstacle = Optional.empty();
            ask();
        } else if (!connected && wasConnected) {
            lose();
        } else if (!connected && state == State.STARTING && periods > PATIENCE_PERIODS) {
            state = State.WAITING;
            LOG.warnf("no broker at %s:%d yet, trying again and again", config.host(), config.port());
        }
        if (state == State.WAITING && periods >= nextQuestion) {
            nextQuestion = Integer.MAX_VALUE;
            connection.obstacle().onSuccess(this::tell);
        }
    }

    /** To be connected is not to be heard: a broker may refuse the subscription, and the connector keeps that to itself. */
    private void ask() {
        if (!mayAsk) {
            beReady();
            return;
        }
        state = State.ASKING;
        int asked = connectedAt;
        connection.obstacle().onSuccess(obstacle -> {
            if (stopping || state != State.ASKING || asked != connectedAt || !isUp(connector.getReadiness())) {
                return;
            }
            if (obstacle.isPresent() && obstacle.get().contains(BrokerConnection.REFUSED_SUBSCRIPTION)) {
                state = State.DEAF;
                LOG.errorf("connected, but no request will come: %s", obstacle.get());
            } else {
                beReady();
            }
        });
    }

    private void beReady() {
        state = State.READY;
        wasReady = true;
        LOG.infof(
                "ready: answering %s at %s:%d",
                config.netid().map(netId -> "NetID " + netId).orElse("every NetID"), config.host(), config.port());
    }

    private void lose() {
        if (state == State.ASKING) {
            // A broker that gives every client of a user one identifier takes who asks for the connection's successor.
            mayAsk = false;
        } else {
            LOG.warnf("lost the broker at %s:%d, trying again and again", config.host(), config.port());
            shortConnections = periods - connectedAt < SHORT_PERIODS ? shortConnections + 1 : 0;
        }
        state = State.WAITING;
        connection.forgetAddress();
        connectionLost.run();
        int inDoubt = outgoing.lost();
        if (inDoubt > 0) {
            metrics.inDoubt(inDoubt);
            LOG.warnf(
                    "%d answers that were sent within the last %d s may not have arrived",
                    inDoubt, Outgoing.DOUBTFUL.toSeconds());
        }
        if (shortConnections == TELLING_LOSSES) {
            LOG.error("the broker ends each connection soon after it was made: another client may use the same client"
                    + " identifier, or the same user name where the broker makes that the identifier");
        }
    }

    /** Ending lets whoever watches the process start it again. */
    private void die(String reason) {
        state = State.DEAD;
        LOG.errorf("%s, this program cannot go on", reason);
        vertx.cancelTimer(timer);
        exit.accept(ExitCode.INTERNAL_ERROR.status());
    }

    /** Says why there is no broker, once for each reason. */
    private void tell(Optional<String> obstacle) {
        nextQuestion = periods + QUESTION_PERIODS;
        if (!stopping && state == State.WAITING && obstacle.isPresent() && !obstacle.equals(knownObstacle)) {
            LOG.warnf("not connected: %s", obstacle.get());
            knownObstacle = obstacle;
        }
    }

    private static boolean isUp(HealthReport report) {
        return !report.getChannels().isEmpty() && report.isOk();
    }
}
