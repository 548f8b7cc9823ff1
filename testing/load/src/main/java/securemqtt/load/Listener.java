package securemqtt.load;

/** Who is told what comes on a connection. Called by the connection's thread, which must not wait. */
interface Listener {
    void received(Received message);

    /** The connection is gone. May be said more than once. */
    void lost(String why);

    /**
     * A message from the broker.
     *
     * @param repeated the broker says that it may have sent this message before, as QoS 1 allows
     * @param at when it was read, in nanoseconds of {@link System#nanoTime}
     */
    record Received(String topic, byte[] payload, boolean retained, boolean repeated, long at) {}
}
