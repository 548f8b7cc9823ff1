package securemqtt.client;

import java.util.List;
import java.util.function.Consumer;

/** A connection to a broker. Nothing here waits or fails: what comes of it arrives as {@link Event}s. */
interface Connection extends AutoCloseable {
    /** Who hears of a connection, from any thread. To accept an event may take time: then the broker is not read from. */
    interface Listener extends Consumer<Event> {
        /**
         * A thread of the connection met what it has no words for, and ended.
         *
         * @param cause an {@link Error}, or a {@link RuntimeException}
         */
        void crashed(Throwable cause);
    }

    void connect();

    /** Asks for these topics with QoS 1; {@link Event.Subscribed} tells what was granted. */
    void subscribe(List<String> topics);

    /** Publishes with QoS 1, not retained. Does nothing once the connection is lost, which is an event of its own. */
    void publish(String topic, byte[] payload);

    /** Says goodbye to the broker if there is a connection; returns when that is on its way. */
    @Override
    void close();
}
