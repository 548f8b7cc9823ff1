package securemqtt.responder.broker;

import io.netty.buffer.ByteBuf;
import io.netty.channel.socket.nio.NioSocketChannel;
import jdk.net.ExtendedSocketOptions;

/**
 * A TCP connection that acknowledges received data immediately. By default Linux waits up to 40 ms. Mosquitto holds a
 * small packet back until the one before is acknowledged, unless its option {@code set_tcp_nodelay} is {@code true}.
 */
final class QuickAckChannel extends NioSocketChannel {
    private final boolean canHurry = javaChannel().supportedOptions().contains(ExtendedSocketOptions.TCP_QUICKACK);

    @Override
    protected int doReadBytes(ByteBuf bytes) throws Exception {
        int read = super.doReadBytes(bytes);
        if (canHurry && read > 0) {
            // Linux soon resets this option.
            javaChannel().setOption(ExtendedSocketOptions.TCP_QUICKACK, true);
        }
        return read;
    }
}
