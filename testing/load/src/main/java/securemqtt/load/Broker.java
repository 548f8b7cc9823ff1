package securemqtt.load;

/** The address of the broker. */
record Broker(String host, int port) {
    @Override
    public String toString() {
        return host + ":" + port;
    }
}
