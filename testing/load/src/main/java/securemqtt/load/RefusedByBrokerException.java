package securemqtt.load;

/** The broker does not let us in, or does not grant a subscription. */
final class RefusedByBrokerException extends Exception {
    private static final long serialVersionUID = 1L;

    RefusedByBrokerException(String message) {
        super(message);
    }
}
