package securemqtt.client;

import java.util.List;

/** Something that happened during a run, as {@link Exchange} is told of it. */
sealed interface Event {
    /** Calls the method of {@code handler} that this event is for. */
    List<Effect> dispatchTo(Handler handler);

    /** Has one method for each event. Each returns the effects to perform, in this order. */
    interface Handler {
        List<Effect> onConnected(Connected event);

        List<Effect> onSubscribed(Subscribed event);

        List<Effect> onAcknowledged(Acknowledged event);

        List<Effect> onReceived(Received event);

        List<Effect> onConnectFailed(ConnectFailed event);

        List<Effect> onConnectionLost(ConnectionLost event);

        List<Effect> onInterrupted(Interrupted event);

        List<Effect> onAlarm(Alarm event);

        List<Effect> onDeadlinePassed(DeadlinePassed event);
    }

    /**
     * The broker accepted the connection.
     *
     * @param broker host and port, as the user reads them
     */
    record Connected(String broker) implements Event {
        @Override
        public List<Effect> dispatchTo(Handler handler) {
            return handler.onConnected(this);
        }
    }

    /**
     * The broker answered the subscriptions.
     *
     * @param grantedQos one return code for each topic, in the order of {@link Effect.Subscribe}: QoS 0, 1 or 2, or
     *     128 if the broker refused (MQTT 3.1.1, section 3.9.3)
     */
    record Subscribed(List<Integer> grantedQos) implements Event {
        @Override
        public List<Effect> dispatchTo(Handler handler) {
            return handler.onSubscribed(this);
        }
    }

    /** The broker acknowledged one message that the client published. */
    record Acknowledged() implements Event {
        @Override
        public List<Effect> dispatchTo(Handler handler) {
            return handler.onAcknowledged(this);
        }
    }

    /**
     * A message arrived.
     *
     * @param payload cut to one byte more than {@link ExchangeRequest#maxMessageLength()} if it is longer
     * @param retained whether the broker stored the message earlier (MQTT 3.1.1, section 3.3.1.3), so that nobody
     *     sent it just now
     */
    record Received(String topic, byte[] payload, boolean retained) implements Event {
        @Override
        public List<Effect> dispatchTo(Handler handler) {
            return handler.onReceived(this);
        }
    }

    /** An attempt to connect failed. */
    record ConnectFailed(Failure failure) implements Event {
        @Override
        public List<Effect> dispatchTo(Handler handler) {
            return handler.onConnectFailed(this);
        }
    }

    /** A connection that the broker had accepted failed. */
    record ConnectionLost(Failure failure) implements Event {
        @Override
        public List<Effect> dispatchTo(Handler handler) {
            return handler.onConnectionLost(this);
        }
    }

    /** The user pressed Ctrl-C, or the process got SIGTERM. */
    record Interrupted() implements Event {
        @Override
        public List<Effect> dispatchTo(Handler handler) {
            return handler.onInterrupted(this);
        }
    }

    /** The delay of the latest {@link Effect.SetAlarm} passed. */
    record Alarm() implements Event {
        @Override
        public List<Effect> dispatchTo(Handler handler) {
            return handler.onAlarm(this);
        }
    }

    /**
     * The time for the whole run is up.
     *
     * @param seconds how long that time was
     */
    record DeadlinePassed(int seconds) implements Event {
        @Override
        public List<Effect> dispatchTo(Handler handler) {
            return handler.onDeadlinePassed(this);
        }
    }
}
