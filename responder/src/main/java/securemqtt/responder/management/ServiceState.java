package securemqtt.responder.management;

/** How the service fares, for those who ask for its health. */
public interface ServiceState {
    /** Whether requests are heard and answers sent, or would be if there were a broker. */
    boolean isAlive();

    /** Whether requests are heard and answers sent. */
    boolean isReady();

    /** Whether that was so at least once. */
    boolean wasReady();
}
