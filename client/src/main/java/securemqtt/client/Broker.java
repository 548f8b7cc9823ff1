package securemqtt.client;

import java.util.Optional;
import securemqtt.broker.CertificateFile;
import securemqtt.broker.ConnectFailure;
import securemqtt.client.mqtt.ClientPackets;

/**
 * Where a broker listens, and how to speak to it.
 *
 * @param host a name or an address, without brackets
 * @param port in 1..65535
 */
record Broker(String host, int port, Trust trust, Optional<ClientPackets.Login> login) {
    /**
     * Whether TLS is used, and whom it trusts.
     *
     * @param authorities if empty, those that the Java runtime trusts
     */
    record Trust(boolean tls, Optional<CertificateFile> authorities) {
        static final Trust NO_TLS = new Trust(false, Optional.empty());
        static final Trust OF_THE_SYSTEM = new Trust(true, Optional.empty());

        static Trust of(CertificateFile authorities) {
            return new Trust(true, Optional.of(authorities));
        }
    }

    /** For people: host and port. */
    @Override
    public String toString() {
        return ConnectFailure.at(host, port);
    }
}
