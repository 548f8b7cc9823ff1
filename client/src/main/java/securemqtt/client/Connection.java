package securemqtt.client;

import java.util.List;
import java.util.function.Consumer;

/**
 * A connection to a broker. Except for {@link #close}, no method blocks, and none throws: the connection reports
 * every result and every failure as an {@link Event}.
 */
interface Connection extends AutoCloseable {
    /**
     * Gets the events of a connection, on any of its threads. While {@code accept} blocks, the connection reads
     * nothing more from the broker.
     */
    interface Listener extends Consumer<Event> {
        /**
         * A thread of the connection ended with an exception that is no failure of the connection.
         *
         * @param cause an {@link Error}, or a {@link RuntimeException}
         */
        void crashed(Throwable cause);
    }

    /** Starts to connect. {@link Event.Connected} or {@link Event.ConnectFailed} follows. */
    void connect();

    /** Subscribes to these topics with QoS 1. {@link Event.Subscribed} follows. */
    void subscribe(List<String> topics);

    /** Publishes with QoS 1, not retained. Does nothing after the connection is lost. */
    void publish(String topic, byte[] payload);

    /** Closes the connection. Sends the queued packets and a DISCONNECT first, which takes a second at most. */
    @Override
    void close();
}
