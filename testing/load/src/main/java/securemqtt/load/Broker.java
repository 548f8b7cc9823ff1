package securemqtt.load;

import securemqtt.broker.ConnectFailure;

/** The address of the broker. */
record Broker(String host, int port) {
    @Override
    public String toString() {
        return ConnectFailure.at(host, port);
    }
}
