package securemqtt.responder.broker;

import java.time.Duration;
import java.util.Optional;

/**
 * Decides what the state of the broker connection means for the service. It has no clock and reads no connection:
 * each event brings its time, measured from the start of the program. Only one thread at a time may call it.
 */
public final class ConnectionStateMachine {
    /** Answers that make no progress for this long never will. */
    public static final Duration STUCK = Duration.ofSeconds(30);
    /** The interval at which to ask again why the broker cannot be reached. */
    private static final Duration ASK_AGAIN = Duration.ofSeconds(10);
    /** A connection that ends earlier counts as short. */
    private static final Duration SHORT = Duration.ofSeconds(5);
    /** This many short connections in a row have a common cause. */
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

    /** When to ask next why there is no connection; empty while an answer is pending. */
    private Optional<Duration> nextQuestion = Optional.of(Duration.ZERO);

    private Optional<String> reportedReason = Optional.empty();

    /** The state of the service's connection. */
    public enum State {
        /** Not connected yet. */
        STARTING,
        /** Connected; it is not known yet whether the broker delivers requests. */
        ASKING,
        /** Connected, and the broker delivers requests. */
        READY,
        /** Connected, but the broker refuses to deliver requests. */
        NO_REQUESTS,
        /** Not connected. */
        WAITING,
        /** The program must end. */
        DEAD;

        private boolean isConnected() {
            return this == ASKING || this == READY || this == NO_REQUESTS;
        }
    }

    /**
     * The visible state of the connection.
     *
     * @param alive whether the channels work; also false before the first connection
     * @param connected whether both channels are connected
     * @param answersStuck whether answers are in flight and none has made progress for {@link #STUCK}
     */
    public record Observation(boolean alive, boolean connected, boolean answersStuck) {}

    /**
     * The reason why no requests arrive.
     *
     * @param reason one line for people
     * @param subscriptionRefused whether the broker accepted a connection and then refused the subscription
     */
    public record Obstacle(String reason, boolean subscriptionRefused) {}

    /**
     * Asks for the obstacle, by means of a second connection to the broker.
     *
     * @param connection which of the service's connections the question is about, counted from 1; empty if there is
     *     no connection
     */
    public record Question(Optional<Integer> connection) {}

    /** The actions of the service when the state changes. */
    public interface Effects {
        /** Finds out the obstacle, and passes it to {@link #answered}. */
        void ask(Question question);

        void ready();

        void noBrokerYet();

        void notConnected(String reason);

        /** Connected, but the broker refuses to deliver requests. */
        void noRequests(String reason);

        /** @param announced whether the service had reported the state of this connection */
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

    /**
     * Call this often, because the connector announces no change.
     *
     * @param now the time since the program started
     */
    public void observed(Duration now, Observation seen) {
        if (state == State.DEAD) {
            return;
        }
        boolean connected = seen.alive() && seen.connected();
        if (!seen.alive() && wasReady) {
            die("a channel has died");
        } else if (connected && state == State.READY && hasPassed(connectedAt, now, STUCK) && seen.answersStuck()) {
            // Measured from the connection, because answers may wait while there is no broker.
            die("answers are no longer sent");
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
     * Call this with the answer to a question.
     *
     * @param now the time since the program started
     * @param obstacle empty if requests can arrive
     * @param connected whether the service is connected now
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
            // The connector treats a refused subscription as granted.
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
            // A broker that gives all clients of one user the same identifier ends the first connection for the
            // second.
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
