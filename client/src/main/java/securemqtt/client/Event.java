package securemqtt.client;

import java.util.List;

/** Something that happened during a run: what {@link Exchange} hears of. */
sealed interface Event {
    /**
     * The broker accepted the connection.
     *
     * @param broker where it is, for people
     */
    record Connected(String broker) implements Event {}

    /**
     * The broker answered the subscriptions.
     *
     * @param grantedQos for each topic, in the order in which they were asked for: 0, 1, 2 or 128 for a refusal
     *     (MQTT 3.1.1, section 3.9.3)
     */
    record Subscribed(List<Integer> grantedQos) implements Event {}

    /** The broker acknowledged one of the messages that we published. */
    record Acknowledged() implements Event {}

    /** @param retained whether the broker kept this message from earlier, so that nobody sent it just now */
    record Received(String topic, byte[] payload, boolean retained) implements Event {}

    /** An attempt to connect came to nothing. */
    record ConnectFailed(Failure failure) implements Event {}

    /** The connection that there was is no more. */
    record ConnectionLost(Failure failure) implements Event {}

    /** The user pressed Ctrl-C, or the process was asked to end. */
    record Interrupted() implements Event {}

    /** The time set by {@link Effect.SetAlarm} has passed. */
    record Alarm() implements Event {}

    /** @param seconds the length of the whole run */
    record DeadlinePassed(int seconds) implements Event {}
}
