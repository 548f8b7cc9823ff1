package securemqtt.responder.broker.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.management.MBeanServerFactory;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyAcceptor;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.jboss.logging.Logger;

/**
 * An MQTT 3.1.1 and 5 broker in this JVM, for demonstrations and tests that should need no other installation.
 *
 * <p>It uses plain TCP without authentication. Sessions and retained messages are in memory only, and end with the
 * broker. Its threads are not daemons, so a JVM ends only once the broker is closed or the program exits.
 */
public final class EmbeddedBroker implements AutoCloseable {

    /**
     * How many bytes may wait for one topic. The broker drops messages beyond that, because blocking a publisher
     * would also stop it from reading. There is room for eight of the largest messages (2 MiB).
     */
    private static final long MAX_TOPIC_BYTES = 16L << 20;

    private static final long HEAP = Runtime.getRuntime().maxMemory();

    /**
     * How many bytes may wait for all topics together; less in a small heap, which must also hold the connections.
     * The full 48 MiB took 107 MiB of heap when measured, as the garbage collector rounds large arrays up.
     */
    private static final long MAX_TOTAL_BYTES = Math.min(48L << 20, HEAP / 10);

    /**
     * Artemis's acceptor, which does not listen; {@link BrokerListener} does. Native transports would need more jars.
     * The default keep-alive limit of 60 s would disconnect clients that ask for a longer interval or none. Artemis
     * keeps messages in memory until they are acknowledged.
     */
    private static final String ACCEPTOR = "tcp://127.0.0.1:0?protocols=MQTT;httpUpgradeEnabled=true"
            + ";useEpoll=false;useKQueue=false;remotingThreads=1;quietPeriod=0;shutdownTimeout=1000"
            + ";serverKeepAlive=65535;defaultMqttSessionExpiryInterval=0;topicAliasMaximum=0"
            + ";defaultMaximumInFlightPublishMessages=1000;maximumPacketSize=" + (PacketReader.MAX_PUBLISH_BYTES + 5);

    private static final long CHECK_MILLIS = 250;

    /** How long stopping may take. Later the broker ends with the process. */
    private static final long STOP_TIMEOUT_SECONDS = 3;

    /**
     * The heap for each connection. A connection with two subscriptions and one or two messages took about 32 KiB
     * when measured.
     */
    private static final long BYTES_PER_CONNECTION = 50 << 10;

    private static final String ACCEPTOR_NAME = "mqtt";
    private static final Logger LOG = Logger.getLogger(EmbeddedBroker.class);

    private final ActiveMQServer server;
    private final String host;
    private final BrokerListener listener;
    private final ScheduledExecutorService slowSubscriberCheck;

    private EmbeddedBroker(
            ActiveMQServer server, String host, BrokerListener listener, ScheduledExecutorService slowSubscriberCheck) {
        this.server = server;
        this.host = host;
        this.listener = listener;
        this.slowSubscriberCheck = slowSubscriberCheck;
    }

    /**
     * Starts a broker. It accepts connections once this returns.
     *
     * @param host the name or address to listen on: {@code localhost}, or {@code 0.0.0.0} for every network
     * @param port the port to listen on, 0 for any free port
     * @throws IOException if it cannot listen there; the message is one line for the user
     */
    public static EmbeddedBroker start(String host, int port) throws IOException {
        return start(host, port, Runtime.getRuntime().maxMemory() / BYTES_PER_CONNECTION, Optional.empty());
    }

    /**
     * Starts a broker that shows its packets.
     *
     * @param packets hears of every packet
     */
    public static EmbeddedBroker start(String host, int port, PacketListener packets) throws IOException {
        return start(host, port, Runtime.getRuntime().maxMemory() / BYTES_PER_CONNECTION, Optional.of(packets));
    }

    /**
     * @param maxConnections beyond this number the broker closes a connection, because a full heap would end all
     *     connections
     */
    static EmbeddedBroker start(String host, int port, long maxConnections) throws IOException {
        return start(host, port, maxConnections, Optional.empty());
    }

    private static EmbeddedBroker start(String host, int port, long maxConnections, Optional<PacketListener> packets)
            throws IOException {
        InetAddress address = FreePort.resolve(host);
        // Checked first, because Artemis logs a stack trace if it cannot listen.
        FreePort.require(address, host, port);
        // A new, empty MBean server: otherwise Artemis starts the JVM's, which takes 150 ms.
        ActiveMQServer server = new ArtemisWithoutPaging(configuration(), MBeanServerFactory.newMBeanServer());
        try {
            server.getConfiguration().addAcceptorConfiguration(ACCEPTOR_NAME, ACCEPTOR);
            server.start();
            BrokerListener listener = new BrokerListener(
                    server,
                    (NettyAcceptor) server.getRemotingService().getAcceptor(ACCEPTOR_NAME),
                    limits(server),
                    new UnfinishedPackets(HEAP / 16, System::nanoTime, BrokerLog::count),
                    maxConnections,
                    packets);
            listener.open(address, port);
            return new EmbeddedBroker(
                    server,
                    address.isAnyLocalAddress() ? "localhost" : host,
                    listener,
                    scheduleSlowSubscriberCheck(server));
        } catch (Exception e) {
            stop(server);
            throw new IOException("the embedded broker did not start: " + e.getMessage(), e);
        }
    }

    private static BrokerLimits limits(ActiveMQServer server) {
        return new BrokerLimits(
                new MemoryLimit(HEAP / 2),
                new MemoryLimit(HEAP / 32),
                new RetainedTopics(MAX_TOTAL_BYTES / 8),
                () -> MAX_TOTAL_BYTES - server.getPagingManager().getGlobalSize(),
                BrokerLog::count);
    }

    private static ScheduledExecutorService scheduleSlowSubscriberCheck(ActiveMQServer server) {
        SlowSubscribers slowSubscribers =
                new SlowSubscribers(server, Math.min(MAX_TOPIC_BYTES, MAX_TOTAL_BYTES) / 2, BrokerLog::count);
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread made = new Thread(work, "embedded-broker-backlog");
            made.setDaemon(true);
            return made;
        });
        thread.scheduleWithFixedDelay(slowSubscribers::check, CHECK_MILLIS, CHECK_MILLIS, TimeUnit.MILLISECONDS);
        return thread;
    }

    /**
     * The name or address at which this computer reaches the broker: the requested host, or {@code localhost} if that
     * was every network.
     */
    public String host() {
        return host;
    }

    /** The port that the broker listens on, between 1 and 65535. */
    public int port() {
        return listener.port();
    }

    /** Disconnects every client and frees the port before it returns. Closing again has no effect. */
    @Override
    public void close() {
        listener.stopListening();
        slowSubscriberCheck.shutdownNow();
        stop(server);
        listener.close();
    }

    /** On a separate thread, because Artemis waits ten seconds for its own busy threads. */
    private static void stop(ActiveMQServer server) {
        FutureTask<Void> stopping = new FutureTask<>(() -> {
            server.stop();
            return null;
        });
        Thread thread = new Thread(stopping, "embedded-broker-stop");
        thread.setDaemon(true);
        thread.start();
        try {
            stopping.get(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            LOG.debug("the embedded broker still stops");
        } catch (ExecutionException e) {
            throw new IllegalStateException("the embedded broker did not stop", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Configuration configuration() {
        AddressSettings topics = new AddressSettings()
                .setMaxSizeBytes(MAX_TOPIC_BYTES)
                .setInitialQueueBufferSize(16) // the default takes 32 KiB for each empty subscription
                .setAddressFullMessagePolicy(AddressFullMessagePolicy.DROP)
                .setAutoDeleteAddressesSkipUsageCheck(true) // otherwise topics without subscribers accumulate
                .setAutoDeleteQueuesSkipUsageCheck(true);
        return new ConfigurationImpl()
                .setName("embedded-broker")
                .setPersistenceEnabled(false)
                .setMqttSubscriptionPersistenceEnabled(false)
                .setJournalType(JournalType.NIO) // unused, but the default needs a native library
                .setSecurityEnabled(false)
                .setJMXManagementEnabled(false)
                .setCriticalAnalyzer(false) // a paused computer would raise a false alarm
                .setConfigurationFileRefreshPeriod(-1)
                .setMaxDiskUsage(-1)
                .setAddressQueueScanPeriod(BrokerListener.TOPIC_REMOVAL_MILLIS)
                .setGlobalMaxSize(MAX_TOTAL_BYTES)
                .setThreadPoolMaxSize(4)
                .setScheduledThreadPoolMaxSize(1)
                .setPageMaxConcurrentIO(1)
                .addAddressSetting("#", topics);
    }
}
