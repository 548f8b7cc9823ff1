package securemqtt.responder.broker.embedded;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.PreferHeapByteBufAllocator;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTProtocolHandler;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTSessionState;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTStateManager;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTUtil;
import org.apache.activemq.artemis.core.remoting.impl.netty.ConnectionCreator;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyAcceptor;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyServerConnection;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.impl.AddressInfo;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerAddressPlugin;

/**
 * Listens for the embedded broker. If Artemis listened itself, it would speak HTTP and take packets of any size. So
 * this hands the connections over to Artemis, behind the handlers that check them.
 */
final class BrokerListener implements AutoCloseable {
    private static final String PROTOCOL = "MQTT";
    private static final int THREADS = 2;
    /** In characters. A topic with a longer name counts as one more topic for each such length. */
    private static final int NAME_LENGTH = 64;

    /** How often Artemis removes topics without subscribers. They accumulate until then. */
    static final long TOPIC_REMOVAL_MILLIS = 2000;

    /** How many new topics one connection may use between two removals, once there are many topics. */
    private static final int MAX_NEW_TOPICS = 500;

    private final ActiveMQServer server;
    private final NettyAcceptor acceptor;
    private final BrokerLimits limits;
    private final UnfinishedPackets unfinished;
    private final long maxConnections;
    private final Optional<PacketListener> packets;
    private final AtomicLong connectionCount = new AtomicLong();
    private final AtomicLong topicCount = new AtomicLong();
    private final EventLoopGroup threads =
            new NioEventLoopGroup(THREADS, new DefaultThreadFactory("embedded-broker", true));
    private Channel serverChannel;

    /**
     * @param server started, with an acceptor that does not listen
     * @param maxConnections beyond this number, a connection is closed
     * @param packets hears of every packet
     */
    BrokerListener(
            ActiveMQServer server,
            NettyAcceptor acceptor,
            BrokerLimits limits,
            UnfinishedPackets unfinished,
            long maxConnections,
            Optional<PacketListener> packets)
            throws Exception {
        this.server = server;
        this.acceptor = acceptor;
        this.limits = limits;
        this.unfinished = unfinished;
        this.maxConnections = maxConnections;
        this.packets = packets;
        server.registerBrokerPlugin(new TopicCounter());
    }

    /**
     * Starts to listen.
     *
     * @param port 0 for any free port
     */
    void open(InetAddress address, int port) throws IOException {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(threads)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                // Artemis does not release the buffers of messages that it drops. On the heap, the garbage collector
                // frees them.
                .childOption(
                        ChannelOption.ALLOCATOR,
                        new PreferHeapByteBufAllocator(new UnpooledByteBufAllocator(false, true)))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        accept(connection);
                    }
                });
        try {
            serverChannel =
                    bootstrap.bind(new InetSocketAddress(address, port)).sync().channel();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        threads.scheduleAtFixedRate(unfinished::closeTimedOut, 1, 1, TimeUnit.SECONDS);
    }

    /** The port that this listens on. */
    int port() {
        return ((InetSocketAddress) serverChannel.localAddress()).getPort();
    }

    private void accept(Channel connection) {
        if (connectionCount.incrementAndGet() > maxConnections && !unfinished.closeOldest()) {
            connectionCount.decrementAndGet();
            limits.log().accept(BrokerEvent.CONNECTIONS);
            connection.close();
            return;
        }
        connection.closeFuture().addListener(closed -> connectionCount.decrementAndGet());
        unfinished.awaitConnect(connection);
        connection.pipeline().addLast(new PacketReader(unfinished, this::handOver, limits.log()));
    }

    /** Hands a connection over to Artemis, as Artemis does itself once it knows the protocol. */
    private void handOver(Channel connection) {
        ChannelPipeline handlers = connection.pipeline();
        acceptor.getProtocolHandler().getProtocol(PROTOCOL).addChannelHandlers(handlers);
        ConnectionCreator creator = acceptor.createConnectionCreator();
        handlers.addLast(creator);
        try {
            NettyServerConnection created = creator.createConnection(handlers.context(creator), PROTOCOL, false);
            String protocol = handlers.context(MQTTProtocolHandler.class).name();
            packets.ifPresent(listening -> handlers.addBefore(protocol, null, new PacketTap(listening)));
            handlers.addBefore(protocol, null, new PacketChecks(limits, new ArtemisConnection(created)));
            handlers.addBefore(protocol, null, new FlowControl(limits.log()));
        } catch (Exception e) {
            throw new IllegalStateException("a connection could not be handed over", e);
        }
    }

    /** Stops listening. Open connections stay until the server stops. */
    void stopListening() {
        if (serverChannel != null) {
            serverChannel.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
        }
    }

    /** Ends the threads, and so the remaining connections. */
    @Override
    public void close() {
        threads.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }

    private static int weight(CharSequence topic) {
        return 1 + topic.length() / NAME_LENGTH;
    }

    /**
     * Counts the topics that Artemis knows: those with a subscription, and for a while those with a published
     * message.
     */
    private final class TopicCounter implements ActiveMQServerAddressPlugin {
        @Override
        public void afterAddAddress(AddressInfo topic, boolean isReloaded) {
            topicCount.addAndGet(weight(topic.getName()));
        }

        @Override
        public void afterRemoveAddress(SimpleString name, AddressInfo topic) {
            topicCount.addAndGet(-weight(name));
        }
    }

    private final class ArtemisConnection implements PacketChecks.Artemis {
        private final NettyServerConnection connection;
        private long since;
        private int newTopics;

        ArtemisConnection(NettyServerConnection connection) {
            this.connection = connection;
        }

        @Override
        public void setWill(PacketChecks.Will will) {
            MQTTSessionState session = session();
            if (session == null) {
                return;
            }
            session.setWillTopic(will.topic());
            session.setWillMessage(Unpooled.wrappedBuffer(will.payload()));
            session.setWillQoSLevel(will.qos());
            session.setWillRetain(will.isRetained());
            if (!will.properties().isEmpty()) {
                session.setWillUserProperties(List.of(new MqttProperties.UserProperties(will.properties())));
            }
            session.setWillStatus(MQTTSessionState.WillStatus.NOT_SENT);
            session.setWill(true);
        }

        @Override
        public void dropWill() {
            MQTTSessionState session = session();
            if (session != null) {
                session.setWill(false);
            }
        }

        private MQTTSessionState session() {
            try {
                return MQTTStateManager.getInstance(server)
                        .getSessionStates()
                        .get(connection.getProtocolConnection().getClientID());
            } catch (Exception e) {
                throw new IllegalStateException("the sessions cannot be read", e);
            }
        }

        @Override
        public boolean exceedsTopicLimit(String topic) {
            // A client uses two topics for answers, and briefly one for its request.
            long max = 3 * maxConnections;
            long all = topicCount.get();
            if (all <= max / 4 || isKnown(topic)) {
                return false;
            }
            long now = System.nanoTime() / 1_000_000;
            if (now - since >= TOPIC_REMOVAL_MILLIS) {
                since = now;
                newTopics = 0;
            }
            newTopics++;
            return all > max || newTopics > MAX_NEW_TOPICS;
        }

        private boolean isKnown(String topic) {
            String address = MQTTUtil.getCoreAddressFromMqttTopic(
                    topic, server.getConfiguration().getWildcardConfiguration());
            return server.getAddressInfo(SimpleString.of(address)) != null;
        }
    }
}
