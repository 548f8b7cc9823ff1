package securemqtt.responder.broker.embedded;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.stream.Stream;

/**
 * Checks whether a program can listen on an address and port. Check before a library listens, because libraries log
 * long errors if they cannot. The messages of the exceptions are one line for the user.
 */
public final class FreePort {
    private FreePort() {}

    /**
     * Resolves a host name; prefers IPv4. A client that connects to "localhost" falls back to 127.0.0.1, but a client
     * that connects to 127.0.0.1 has no fallback.
     *
     * @throws IOException if the name has no address
     */
    public static InetAddress resolve(String host) throws IOException {
        try {
            InetAddress[] addresses = InetAddress.getAllByName(host);
            return Stream.of(addresses)
                    .filter(Inet4Address.class::isInstance)
                    .findFirst()
                    .orElse(addresses[0]);
        } catch (UnknownHostException e) {
            throw new IOException("unknown host " + host, e);
        }
    }

    /**
     * Checks that the port is free.
     *
     * @param host the name of the address, for the message
     * @param port 0 for any free port
     * @throws IOException if this computer does not have the address, or the port is in use or reserved
     */
    public static void require(InetAddress address, String host, int port) throws IOException {
        try {
            new ServerSocket(0, 1, address).close();
        } catch (IOException e) {
            throw new IOException(host + " is not an address of this machine", e);
        }
        try {
            new ServerSocket(port, 1, address).close();
        } catch (IOException e) {
            String reserved = port < 1024 ? " or reserved for the administrator" : "";
            throw new IOException("port " + port + " on " + host + " is already in use" + reserved, e);
        }
    }
}
