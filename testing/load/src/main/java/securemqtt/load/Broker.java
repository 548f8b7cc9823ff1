package securemqtt.load;

import securemqtt.broker.ConnectFailure;

/** Where the broker listens. */
record Broker(String host, int port) {
    @Override
    public String toString() {
        return ConnectFailure.at(host, port);
    }
}
