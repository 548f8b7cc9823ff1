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

/** Connects to the first address of a broker that accepts a TCP connection, and starts TLS if the user wants it. */
final class BrokerSocket {
    /**
     * The time for the only address, and for the last one in the second round: TCP can repeat its SYN three times.
     */
    private static final Duration ONLY_ADDRESS_TIMEOUT = Duration.ofSeconds(10);
    /** The time for each of several addresses in the first round: longer than any round trip on Earth. */
    private static final Duration FIRST_ROUND_TIMEOUT = Duration.ofMillis(500);
    /** The time for each address but the last in the second round: TCP can repeat its SYN once. */
    private static final Duration SECOND_ROUND_TIMEOUT = Duration.ofSeconds(2);

    private final Broker broker;
    private final Consumer<Socket> socketListener;

    /** @param socketListener gets each socket before it connects; closing that socket ends the attempt */
    BrokerSocket(Broker broker, Consumer<Socket> socketListener) {
        this.broker = broker;
        this.socketListener = socketListener;
    }

    /**
     * Opens a TCP connection.
     *
     * @throws java.net.UnknownHostException if the host's name has no address
     * @throws UnreachableException if none of several addresses accepts a connection
     * @throws SocketException if the only address refuses the connection or has no route
     * @throws SocketTimeoutException if the only address does not answer
     */
    Socket open() throws IOException {
        Socket socket = openTcp();
        // Nagle's algorithm would delay the small packets of MQTT.
        socket.setTcpNoDelay(true);
        return socket;
    }

    private Socket openTcp() throws IOException {
        List<InetAddress> addresses = List.of(InetAddress.getAllByName(broker.host()));
        if (addresses.size() == 1) {
            return openTcp(addresses.get(0), ONLY_ADDRESS_TIMEOUT);
        }
        List<UnreachableException.Attempt> failedAttempts = new ArrayList<>();
        Optional<Socket> first = openTcp(addresses, FIRST_ROUND_TIMEOUT, FIRST_ROUND_TIMEOUT, failedAttempts);
        if (first.isPresent()) {
            return first.get();
        }
        List<InetAddress> timedOut = new ArrayList<>();
        for (UnreachableException.Attempt attempt : failedAttempts) {
            if (attempt.cause() instanceof SocketTimeoutException) {
                timedOut.add(attempt.address());
            }
        }
        failedAttempts.removeIf(attempt -> timedOut.contains(attempt.address()));
        return openTcp(timedOut, SECOND_ROUND_TIMEOUT, ONLY_ADDRESS_TIMEOUT, failedAttempts)
                .orElseThrow(() -> new UnreachableException(failedAttempts));
    }

    /** Tries the addresses in turn until one accepts, and adds each that does not to {@code failedAttempts}. */
    private Optional<Socket> openTcp(
            List<InetAddress> addresses,
            Duration timeout,
            Duration lastTimeout,
            List<UnreachableException.Attempt> failedAttempts)
            throws IOException {
        for (int i = 0; i < addresses.size(); i++) {
            try {
                boolean isLast = i == addresses.size() - 1;
                return Optional.of(openTcp(addresses.get(i), isLast ? lastTimeout : timeout));
            } catch (SocketException | SocketTimeoutException e) {
                failedAttempts.add(new UnreachableException.Attempt(addresses.get(i), e));
            }
        }
        return Optional.empty();
    }

    private Socket openTcp(InetAddress address, Duration timeout) throws IOException {
        Socket socket = new Socket();
        socketListener.accept(socket);
        try {
            socket.connect(new InetSocketAddress(address, broker.port()), (int) timeout.toMillis());
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Completes the TLS handshake on a TCP connection, if the user wants TLS.
     *
     * @return the socket to use for MQTT: {@code tcp} itself without TLS
     * @throws javax.net.ssl.SSLException if the handshake fails
     */
    Socket secure(Socket tcp) throws IOException {
        return broker.trust().tls() ? startTls(tcp) : tcp;
    }

    private Socket startTls(Socket tcp) throws IOException {
        SSLSocket socket =
                (SSLSocket) sslContext().getSocketFactory().createSocket(tcp, broker.host(), broker.port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        // Makes Java compare the certificate with the host (RFC 2818, section 3.1).
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        // A broker with several names chooses its certificate by this one. Java itself sends none without a dot.
        serverName().ifPresent(name -> parameters.setServerNames(List.of(name)));
        socket.setSSLParameters(parameters);
        try {
            socket.startHandshake();
        } catch (SocketException e) {
            throw new SSLException(e.getMessage(), e);
        }
        return socket;
    }

    private SSLContext sslContext() throws IOException {
        try {
            Optional<CertificateFile> authorities = broker.trust().authorities();
            return authorities.isPresent()
                    ? contextTrusting(authorities.get().certificates())
                    : SSLContext.getDefault();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no TLS", e);
        }
    }

    private static SSLContext contextTrusting(List<X509Certificate> authorities)
            throws GeneralSecurityException, IOException {
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

    /** The name for the TLS extension server_name (RFC 6066, section 3); empty for an address or an invalid name. */
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
