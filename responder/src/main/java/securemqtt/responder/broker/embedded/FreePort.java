package securemqtt.responder.broker.embedded;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.stream.Stream;

/**
 * Whether one can listen somewhere: asked before a library does, as those say a lot when they cannot. The messages of the
 * exceptions are a line for the user.
 */
public final class FreePort {
    private FreePort() {}

    /** IPv4 where there is a choice: who dials "localhost" falls back to 127.0.0.1, who dials 127.0.0.1 to nothing. */
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

    /** @param port 0 for any free one */
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
