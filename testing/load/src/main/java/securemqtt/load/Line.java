package securemqtt.load;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A client's way to the broker, which may be shared with others. */
interface Line {
    /** Connects if need be and subscribes to these topics; done once the broker has granted QoS 1 for them. */
    CompletableFuture<Void> open(List<String> topics, Listener listener);

    void publish(String topic, byte[] payload);

    /** The client needs it no longer. */
    void done();
}
