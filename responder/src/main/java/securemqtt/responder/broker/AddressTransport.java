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
 * The JDK's sockets for Vert.x, which connect a host's name to the address that was chosen for it. Vert.x itself resolves a name
 * to its first address only, and leaves no other place to have a say in it: a connection to the address in place of the name
 * would have TLS compare the certificate with the address.
 *
 * <p>Vert.x finds it by its service file where it is told to prefer a native transport.
 */
public final class AddressTransport extends JDKTransport {
    private volatile Choice choice;

    private record Choice(String host, InetAddress address, Duration timeout) {}

    /** Has the next connections to the host go to this address, and give up after the timeout. */
    void choose(String host, InetAddress address, Duration timeout) {
        choice = new Choice(host, address, timeout);
    }

    /** Leaves it to the resolver and to the connection's own options again. */
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
        return chosen != null && chosen.host().equals(address.host())
                ? new InetSocketAddress(chosen.address(), address.port())
                : super.convert(address);
    }
}
