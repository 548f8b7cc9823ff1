package securemqtt.load;

/**
 * What each client does.
 *
 * @param keysMeasured whether the key exchange is part of what is measured, or done beforehand
 * @param requests after the key exchange; with 0 the secret is not computed either
 * @param window how many requests may be without an answer at a time; with 0 none is sent unasked
 * @param textLength in characters
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

    /** How many answers a client gets that count. */
    int answers() {
        return Math.max(1, requests);
    }
}
