package securemqtt.load;

/** The broker refused the connection or a subscription. */
final class RefusedByBrokerException extends Exception {
    private static final long serialVersionUID = 1L;

    RefusedByBrokerException(String message) {
        super(message);
    }
}
