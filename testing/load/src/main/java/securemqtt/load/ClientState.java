package securemqtt.load;

/** A client's state. If the client gives up, this is the state in which it was lost. */
enum ClientState {
    NOT_STARTED("not started"),
    CONNECTING("connecting or subscribing"),
    UNREACHABLE("without a connection"),
    REFUSED("refused by the broker"),
    READY("ready and not started"),
    WAITING_FOR_KEY("waiting for a key"),
    AGREEING("computing the secret on our side"),
    WAITING_FOR_ANSWER("waiting for an answer"),
    DISCONNECTED("cut off by the broker"),
    DONE("done");

    private final String words;

    ClientState(String words) {
        this.words = words;
    }

    @Override
    public String toString() {
        return words;
    }
}
