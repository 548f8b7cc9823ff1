package securemqtt.load;

/**
 * The work of each client.
 *
 * @param keysMeasured whether the measurement includes the key exchange; otherwise it takes place before
 * @param requests the number of requests after the key exchange; with 0, the shared secret is not computed either
 * @param window the largest number of unanswered requests; with 0, requests are sent only by {@link Client#sendNext}
 * @param textLength the length of a text in characters
 */
record Work(boolean keysMeasured, int requests, int window, int textLength) {
    static Work exchange(int textLength) {
        return new Work(true, 1, 1, textLength);
    }

    static Work keysOnly() {
        return new Work(true, 0, 0, 0);
    }

    static Work actionsOnly(int requests, int window, int textLength) {
        return new Work(false, requests, window, textLength);
    }

    /** The number of answers that a client waits for. */
    int answers() {
        return Math.max(1, requests);
    }
}
