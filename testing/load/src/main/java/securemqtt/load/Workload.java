package securemqtt.load;

/**
 * The work of each client.
 *
 * @param keysMeasured whether the measurement includes the key exchange; otherwise it takes place before
 * @param requests the number of requests after the key exchange; with 0, the shared secret is not computed either
 * @param window the largest number of unanswered requests; with 0, requests are sent only by {@link Client#sendNext}
 * @param textLength the length of a text in characters
 */
record Workload(boolean keysMeasured, int requests, int window, int textLength) {
    static Workload exchange(int textLength) {
        return new Workload(true, 1, 1, textLength);
    }

    static Workload keysOnly() {
        return new Workload(true, 0, 0, 0);
    }

    static Workload actionsOnly(int requests, int window, int textLength) {
        return new Workload(false, requests, window, textLength);
    }

    /** The number of answers that a client waits for. */
    int answers() {
        return Math.max(1, requests);
    }
}
