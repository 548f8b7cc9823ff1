package securemqtt.responder.broker;

import io.netty.buffer.ByteBuf;
import io.netty.channel.socket.nio.NioSocketChannel;
import jdk.net.ExtendedSocketOptions;

/**
 * A TCP connection that acknowledges at once what it has received. Linux would do so up to 40 ms later, and Mosquitto, unless it is
 * told {@code set_tcp_nodelay true}, holds a small packet back until the one before is acknowledged.
 */
final class QuickAckChannel extends NioSocketChannel {
    private final boolean canHurry = javaChannel().supportedOptions().contains(ExtendedSocketOptions.TCP_QUICKACK);

    @Override
    protected int doReadBytes(ByteBuf bytes) throws Exception {
        int read = super.doReadBytes(bytes);
        if (canHurry && read > 0) {
            // Linux does not remember this for long.
            javaChannel().setOption(ExtendedSocketOptions.TCP_QUICKACK, true);
        }
        return read;
    }
}
