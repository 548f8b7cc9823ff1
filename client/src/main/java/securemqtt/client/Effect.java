package securemqtt.client;

import java.time.Duration;
import java.util.List;

/** Something to be done: what {@link Exchange} decides on. */
sealed interface Effect {
    /**
     * Connect, by a new connection in place of any other, of which nothing is to be heard any more.
     *
     * @param delay how long to wait before
     */
    record Connect(Duration delay) implements Effect {}

    /** Tell of an {@link Event.Alarm} after this time, in place of any alarm set before. */
    record SetAlarm(Duration delay) implements Effect {}

    /** Subscribe to these topics with QoS 1. */
    record Subscribe(List<String> topics) implements Effect {}

    /** Publish with QoS 1, not retained. */
    record Publish(String topic, byte[] payload) implements Effect {}

    /** Tell those who asked for every step. */
    record Note(String text) implements Effect {}

    /** Tell the user in any case. */
    record Warn(String text) implements Effect {}

    /** The run has its answer, as decrypted. */
    record Finish(byte[] answer) implements Effect {}

    /** The run ends because the user wants it, who needs not be told. */
    record Stop() implements Effect {}

    /** The run ends without an answer. */
    record Fail(Failure failure) implements Effect {}
}
