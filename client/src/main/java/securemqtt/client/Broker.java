package securemqtt.client;

import java.util.Optional;
import securemqtt.broker.CertificateFile;
import securemqtt.broker.ConnectFailure;
import securemqtt.broker.Login;
import securemqtt.client.mqtt.ClientPackets;

/**
 * The address of a broker, and how to connect to it.
 *
 * @param host a name or an address, without brackets
 * @param port in 1..65535
 */
record Broker(String host, int port, Trust trust, Optional<ClientPackets.Credentials> login) {
    static Broker of(String host, int port, Trust trust, Optional<Login> login) {
        return new Broker(
                host,
                port,
                trust,
                login.map(given -> new ClientPackets.Credentials(given.userName(), given.password())));
    }

    /**
     * Whether the connection uses TLS, and which authorities it trusts.
     *
     * @param authorities if empty, the authorities that the Java runtime trusts
     */
    record Trust(boolean tls, Optional<CertificateFile> authorities) {
        static final Trust NO_TLS = new Trust(false, Optional.empty());
        static final Trust OF_THE_SYSTEM = new Trust(true, Optional.empty());

        static Trust of(CertificateFile authorities) {
            return new Trust(true, Optional.of(authorities));
        }
    }

    /** Host and port, as log and error lines show them. */
    @Override
    public String toString() {
        return ConnectFailure.at(host, port);
    }
}
