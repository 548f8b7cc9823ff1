package securemqtt.load;

/** Where the broker listens. */
record Broker(String host, int port) {
    @Override
    public String toString() {
        return host + ":" + port;
    }
}
