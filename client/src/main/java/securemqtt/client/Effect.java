package securemqtt.client;

import java.time.Duration;
import java.util.List;

/** Something to do, as {@link Exchange} decides. */
sealed interface Effect {
    /** Calls the method of {@code performer} that does this. */
    void performWith(Performer performer);

    /** Has one method for each effect. */
    interface Performer {
        void connect(Duration delay);

        void setAlarm(Duration delay);

        void subscribe(List<String> topics);

        void publish(String topic, byte[] payload);

        void note(String text);

        void warn(String text);

        void showSecret(String line);

        void finish(byte[] answer);

        void stop();

        void fail(Failure failure);
    }

    /**
     * Close any connection and make a new one. No event of the old connection may follow.
     *
     * @param delay how long to wait before the new connection; zero for none
     */
    record Connect(Duration delay) implements Effect {
        @Override
        public void performWith(Performer performer) {
            performer.connect(delay);
        }
    }

    /** Report {@link Event.Alarm} after this delay. Replaces an alarm set before. */
    record SetAlarm(Duration delay) implements Effect {
        @Override
        public void performWith(Performer performer) {
            performer.setAlarm(delay);
        }
    }

    /** Subscribe to these topics with QoS 1. */
    record Subscribe(List<String> topics) implements Effect {
        @Override
        public void performWith(Performer performer) {
            performer.subscribe(topics);
        }
    }

    /** Publish with QoS 1, not retained. */
    record Publish(String topic, byte[] payload) implements Effect {
        @Override
        public void performWith(Performer performer) {
            performer.publish(topic, payload);
        }
    }

    /** Print a line if the run is verbose. */
    record Note(String text) implements Effect {
        @Override
        public void performWith(Performer performer) {
            performer.note(text);
        }
    }

    /** Print a warning. */
    record Warn(String text) implements Effect {
        @Override
        public void performWith(Performer performer) {
            performer.warn(text);
        }
    }

    /** Print a line of {@link securemqtt.protocol.ExchangeSteps}. */
    record ShowSecret(String line) implements Effect {
        @Override
        public void performWith(Performer performer) {
            performer.showSecret(line);
        }

        /** Shows nothing secret. */
        @Override
        public String toString() {
            return "ShowSecret[not shown]";
        }
    }

    /** Print the answer and end the run. */
    record Finish(byte[] answer) implements Effect {
        @Override
        public void performWith(Performer performer) {
            performer.finish(answer);
        }
    }

    /** End the run without a line, because the user interrupted it. */
    record Stop() implements Effect {
        @Override
        public void performWith(Performer performer) {
            performer.stop();
        }
    }

    /** Print the failure and end the run. */
    record Fail(Failure failure) implements Effect {
        @Override
        public void performWith(Performer performer) {
            performer.fail(failure);
        }
    }
}
