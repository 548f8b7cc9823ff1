package securemqtt.client;

/** The connections that an exchange lost, failed attempts to reconnect included. */
final class LostConnections {
    private int count;
    private Failure last;

    void add(Failure loss) {
        count++;
        last = loss;
    }

    int count() {
        return count;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** The latest loss; null if there was none. */
    Failure last() {
        return last;
    }

    /** The end of an error line; empty if no connection was lost. */
    String summary() {
        return switch (count) {
            case 0 -> "";
            case 1 -> "; " + last.problem();
            default -> "; connecting failed or the connection was lost " + count + " times, at last: " + last.problem();
        };
    }
}
