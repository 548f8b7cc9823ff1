package securemqtt.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import securemqtt.broker.CertificateFile;
import securemqtt.broker.UnreachableException;

/** Connects to a broker by TCP, at the first of its addresses that accepts a connection, and by TLS if that is wanted. */
final class BrokerSocket {
    /** How long the only address may take to accept a TCP connection: time for three more attempts of TCP. */
    private static final Duration PATIENCE_WITH_ONE = Duration.ofSeconds(10);
    /** The same for each of several: more than the way around the world. */
    private static final Duration FIRST_PATIENCE = Duration.ofMillis(500);
    /** The same the second time, if none has accepted one: time for one more attempt of TCP. */
    private static final Duration SECOND_PATIENCE = Duration.ofSeconds(2);

    private final Broker broker;
    private final Consumer<Socket> attempts;

    /** @param attempts gets each socket before it is used; to close one ends what goes on with it */
    BrokerSocket(Broker broker, Consumer<Socket> attempts) {
        this.broker = broker;
        this.attempts = attempts;
    }

    /**
     * Waits until there is a TCP connection.
     *
     * @throws java.net.UnknownHostException if the host's name has no address
     * @throws UnreachableException if none of several addresses accepts a connection
     * @throws SocketException if the only one does not
     * @throws SocketTimeoutException if the only one does not answer
     */
    Socket open() throws IOException {
        Socket socket = openTcp();
        // MQTT's packets are small, and each waits for an answer.
        socket.setTcpNoDelay(true);
        return socket;
    }

    private Socket openTcp() throws IOException {
        List<InetAddress> addresses = List.of(InetAddress.getAllByName(broker.host()));
        if (addresses.size() == 1) {
            return openTcp(addresses.get(0), PATIENCE_WITH_ONE);
        }
        List<UnreachableException.Attempt> failed = new ArrayList<>();
        Optional<Socket> first = openTcp(addresses, FIRST_PATIENCE, FIRST_PATIENCE, failed);
        if (first.isPresent()) {
            return first.get();
        }
        List<InetAddress> silent = new ArrayList<>();
        for (UnreachableException.Attempt attempt : failed) {
            if (attempt.cause() instanceof SocketTimeoutException) {
                silent.add(attempt.address());
            }
        }
        failed.removeIf(attempt -> silent.contains(attempt.address()));
        return openTcp(silent, SECOND_PATIENCE, PATIENCE_WITH_ONE, failed)
                .orElseThrow(() -> new UnreachableException(failed));
    }

    /** The first of the addresses that accepts a connection; adds the others before it to {@code failed}. */
    private Optional<Socket> openTcp(
            List<InetAddress> addresses,
            Duration patience,
            Duration patienceWithLast,
            List<UnreachableException.Attempt> failed)
            throws IOException {
        for (int i = 0; i < addresses.size(); i++) {
            try {
                boolean isLast = i == addresses.size() - 1;
                return Optional.of(openTcp(addresses.get(i), isLast ? patienceWithLast : patience));
            } catch (SocketException | SocketTimeoutException e) {
                failed.add(new UnreachableException.Attempt(addresses.get(i), e));
            }
        }
        return Optional.empty();
    }

    private Socket openTcp(InetAddress address, Duration patience) throws IOException {
        Socket socket = new Socket();
        attempts.accept(socket);
        try {
            socket.connect(new InetSocketAddress(address, broker.port()), (int) patience.toMillis());
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Waits for the TLS handshake on a TCP connection, if there is to be one.
     *
     * @throws javax.net.ssl.SSLException if it fails
     */
    Socket secured(Socket tcp) throws IOException {
        return broker.trust().tls() ? overTls(tcp) : tcp;
    }

    private Socket overTls(Socket tcp) throws IOException {
        SSLSocket socket =
                (SSLSocket) context().getSocketFactory().createSocket(tcp, broker.host(), broker.port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        // Compares the certificate with the host (RFC 2818, section 3.1).
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        // A broker of several names chooses its certificate by it. Java by itself sends none that has no dot.
        serverName().ifPresent(name -> parameters.setServerNames(List.of(name)));
        socket.setSSLParameters(parameters);
        try {
            socket.startHandshake();
        } catch (SocketException e) {
            throw new SSLException(e.getMessage(), e);
        }
        return socket;
    }

    private SSLContext context() throws IOException {
        try {
            Optional<CertificateFile> authorities = broker.trust().authorities();
            return authorities.isPresent() ? trusting(authorities.get().certificates()) : SSLContext.getDefault();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no TLS", e);
        }
    }

    private static SSLContext trusting(List<X509Certificate> authorities) throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        for (X509Certificate authority : authorities) {
            trusted.setCertificateEntry("authority-" + trusted.size(), authority);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    /** For TLS's extension server_name (RFC 6066, section 3); empty for an address, and for a name that it cannot hold. */
    private Optional<SNIHostName> serverName() {
        if (broker.host().matches("[0-9.]+|.*:.*")) {
            return Optional.empty();
        }
        try {
            return Optional.of(new SNIHostName(broker.host()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
