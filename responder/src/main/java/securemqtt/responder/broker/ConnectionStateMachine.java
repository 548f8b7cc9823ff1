package securemqtt.responder.broker;

import java.time.Duration;
import java.util.Optional;

/**
 * Decides what the state of the broker connection means for the service. It measures no time and reads no connection: every event
 * says when it happened, as the time since the program started. One thread at a time may call it.
 */
public final class ConnectionStateMachine {
    /** If no answer moves for so long, none will. */
    public static final Duration STUCK = Duration.ofSeconds(30);
    /** How often to ask again why the broker cannot be reached. */
    private static final Duration ASK_AGAIN = Duration.ofSeconds(10);
    /** A connection that ends earlier was short. */
    private static final Duration SHORT = Duration.ofSeconds(5);
    /** So many short connections in a row have a common cause. */
    private static final int MAX_SHORT_CONNECTIONS = 3;

    private final Effects effects;
    private final Duration brokerTimeout;

    // Other threads read these two.
    private volatile State state = State.STARTING;
    private volatile boolean wasReady;

    private Duration connectedAt = Duration.ZERO;
    private int connections;
    private int shortConnections;
    /** Whether the broker allows a second connection beside the service's own. */
    private boolean secondConnectionAllowed = true;

    /** Empty while an answer is pending. */
    private Optional<Duration> nextQuestion = Optional.of(Duration.ZERO);

    private Optional<String> reportedReason = Optional.empty();

    /** What the service's connection does. */
    public enum State {
        /** Not connected yet. */
        STARTING,
        /** Connected; the answer is pending whether the broker will deliver requests. */
        ASKING,
        /** Connected, and the broker delivers requests. */
        READY,
        /** Connected, but the broker refuses to deliver requests. */
        NO_REQUESTS,
        /** Not connected. */
        WAITING,
        /** The program has to end. */
        DEAD;

        private boolean isConnected() {
            return this == ASKING || this == READY || this == NO_REQUESTS;
        }
    }

    /**
     * What can be seen of the connection.
     *
     * @param alive whether the channels still work; false as well before the first connection
     * @param connected whether both channels are connected
     * @param answersStuck whether no answer has moved for {@link #STUCK} although some are waiting
     */
    public record Observation(boolean alive, boolean connected, boolean answersStuck) {}

    /**
     * What prevents requests from coming.
     *
     * @param reason for people, in one line
     * @param subscriptionRefused whether the broker accepted a connection, and then refused the subscription
     */
    public record Obstacle(String reason, boolean subscriptionRefused) {}

    /**
     * Asks a broker for the obstacle, by a second connection.
     *
     * @param connection for which of the service's connections, counted from 1; empty if there is none, and that is the question
     */
    public record Question(Optional<Integer> connection) {}

    /** What the service does when the state changes. */
    public interface Effects {
        /** Finds out the obstacle, and hands it to {@link #answered}. */
        void ask(Question question);

        void ready();

        void noBrokerYet();

        void notConnected(String reason);

        /** Connected, but the broker refuses to deliver requests. */
        void noRequests(String reason);

        /** @param announced whether the service had reported what became of this connection */
        void lost(boolean announced);

        /** The broker has ended several connections in a row, each soon after it was made. */
        void repeatedlyLost();

        /** @param reason for people, without a full stop */
        void die(String reason);
    }

    /** @param brokerTimeout when to report that there is no broker yet */
    public ConnectionStateMachine(Effects effects, Duration brokerTimeout) {
        this.effects = effects;
        this.brokerTimeout = brokerTimeout;
    }

    public State state() {
        return state;
    }

    /** Whether the service was ready at least once. */
    public boolean wasReady() {
        return wasReady;
    }

    /** Call this often: the connector announces no change. */
    public void observed(Duration now, Observation seen) {
        if (state == State.DEAD) {
            return;
        }
        boolean connected = seen.alive() && seen.connected();
        if (!seen.alive() && wasReady) {
            die("a channel has died");
        } else if (connected && state == State.READY && hasPassed(connectedAt, now, STUCK) && seen.answersStuck()) {
            // Counted from the connection, as answers rightly wait for a broker that is away.
            die("answers are not sent any more");
        } else if (connected && !state.isConnected()) {
            connect(now);
        } else if (!connected && state.isConnected()) {
            lose(now);
        } else if (!connected && state == State.STARTING && hasPassed(Duration.ZERO, now, brokerTimeout)) {
            state = State.WAITING;
            effects.noBrokerYet();
        }
        if (state == State.WAITING && nextQuestion.isPresent() && now.compareTo(nextQuestion.get()) >= 0) {
            nextQuestion = Optional.empty();
            effects.ask(new Question(Optional.empty()));
        }
    }

    /**
     * The answer to a question.
     *
     * @param obstacle empty if requests can come
     * @param connected whether the service is connected at this moment
     */
    public void answered(Duration now, Question question, Optional<Obstacle> obstacle, boolean connected) {
        if (question.connection().isEmpty()) {
            nextQuestion = Optional.of(now.plus(ASK_AGAIN));
            Optional<String> reason = obstacle.map(Obstacle::reason);
            if (state == State.WAITING && reason.isPresent() && !reason.equals(reportedReason)) {
                reportedReason = reason;
                effects.notConnected(reason.get());
            }
        } else if (state == State.ASKING && question.connection().get() == connections && connected) {
            if (obstacle.isPresent() && obstacle.get().subscriptionRefused()) {
                state = State.NO_REQUESTS;
                effects.noRequests(obstacle.get().reason());
            } else {
                beReady();
            }
        }
    }

    private void connect(Duration now) {
        connectedAt = now;
        connections++;
        reportedReason = Optional.empty();
        if (secondConnectionAllowed) {
            // The connector takes a refused subscription for a granted one.
            state = State.ASKING;
            effects.ask(new Question(Optional.of(connections)));
        } else {
            beReady();
        }
    }

    private void beReady() {
        state = State.READY;
        wasReady = true;
        effects.ready();
    }

    private void lose(Duration now) {
        boolean announced = state != State.ASKING;
        if (announced) {
            shortConnections = hasPassed(connectedAt, now, SHORT) ? 0 : shortConnections + 1;
        } else {
            // A broker that gives all clients of one user the same identifier drops the first for the second.
            secondConnectionAllowed = false;
        }
        state = State.WAITING;
        effects.lost(announced);
        if (shortConnections == MAX_SHORT_CONNECTIONS) {
            effects.repeatedlyLost();
        }
    }

    private void die(String reason) {
        state = State.DEAD;
        effects.die(reason);
    }

    private static boolean hasPassed(Duration start, Duration now, Duration atLeast) {
        return now.minus(start).compareTo(atLeast) >= 0;
    }
}
