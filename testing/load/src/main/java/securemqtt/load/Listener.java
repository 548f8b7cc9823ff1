package securemqtt.load;

/** Receives the messages of a connection. The connection's thread calls it, so its methods must not block. */
interface Listener {
    void received(Received message);

    /** The connection is lost. May be called more than once. */
    void lost(String why);

    /**
     * A message from the broker.
     *
     * @param repeated the DUP flag: the broker may have sent this message before, as QoS 1 allows
     * @param at the time of receipt, a value of {@link System#nanoTime}
     */
    record Received(String topic, byte[] payload, boolean retained, boolean repeated, long at) {}
}
