package securemqtt.responder.management;

/** The state of the service, for health checks. */
public interface ServiceState {
    /** Whether the channels work. Also true while there is no broker. */
    boolean isAlive();

    /** Whether the service is connected, receives requests and sends answers. */
    boolean isReady();

    /** Whether the service was ready at least once. */
    boolean wasReady();
}
