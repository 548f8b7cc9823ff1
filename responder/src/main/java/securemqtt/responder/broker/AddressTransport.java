package securemqtt.responder.broker;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.vertx.core.impl.transports.JDKTransport;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * The JDK's sockets for Vert.x, which connect a host name to a chosen address. Vert.x resolves a name to its first
 * address only, and this is the only place to change that. If the responder connected to the address instead of the
 * name, TLS would compare the certificate with the address.
 *
 * <p>Vert.x loads this class through its service file, if it is told to prefer a native transport.
 */
public final class AddressTransport extends JDKTransport {
    private volatile Choice choice;

    private record Choice(String host, int port, InetAddress address, Duration timeout) {}

    /** Sends the next connections to this host and port to this address, with this timeout. */
    void choose(String host, int port, InetAddress address, Duration timeout) {
        choice = new Choice(host, port, address, timeout);
    }

    /** Uses the resolver and the connection's own timeout again. */
    void forget() {
        choice = null;
    }

    @Override
    public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
        return QuickAckChannel::new;
    }

    @Override
    public void configure(ClientOptionsBase options, boolean domainSocket, Bootstrap bootstrap) {
        super.configure(options, domainSocket, bootstrap);
        Choice chosen = choice;
        if (chosen != null) {
            bootstrap.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                    Math.min(chosen.timeout().toMillis(), options.getConnectTimeout()));
        }
    }

    @Override
    public java.net.SocketAddress convert(SocketAddress address) {
        Choice chosen = choice;
        return chosen != null && chosen.host().equals(address.host()) && chosen.port() == address.port()
                ? new InetSocketAddress(chosen.address(), address.port())
                : super.convert(address);
    }
}
