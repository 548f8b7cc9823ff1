package securemqtt.load;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A client's access to a connection, which other clients may share. */
interface ClientConnection {
    /** Connects if necessary and subscribes to these topics. Completes when the broker has granted QoS 1 for them. */
    CompletableFuture<Void> open(List<String> topics, Listener listener);

    void publish(String topic, byte[] payload);

    /** Called when the client no longer needs the connection. */
    void done();
}
