package securemqtt.responder.broker.embedded;

import java.io.IOException;
import java.net.InetAddress;
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
 * An MQTT 3.1.1 and 5 broker in this JVM, for a demonstration or a test that should need nothing else installed.
 *
 * <p>Plain TCP, no authentication, and nothing outlives it: sessions and retained messages are in memory only. Its
 * threads are not daemons, so a JVM ends only once it is closed or exits.
 */
public final class EmbeddedBroker implements AutoCloseable {

    /**
     * Bytes that may wait in the broker, for one topic and together; what does not fit is dropped, as blocking the
     * publisher would also keep it from reading. A topic holds eight of the largest messages (2 MiB); the total took
     * 107 MiB of heap when measured, as the collector rounds large arrays up.
     */
    private static final long TOPIC_BYTES = 16L << 20;

    private static final long HEAP = Runtime.getRuntime().maxMemory();

    /** In a small heap less of it, as connections have to find room beside. */
    private static final long TOTAL_BYTES = Math.min(48L << 20, HEAP / 10);

    /**
     * It does not listen: {@link BrokerListener} does. Native transports would be more jars. The default keep-alive limit of 60 s
     * cuts off who asked for longer, or for none. Messages that were sent and not acknowledged are kept in memory.
     */
    private static final String ACCEPTOR = "tcp://127.0.0.1:0?protocols=MQTT;httpUpgradeEnabled=true"
            + ";useEpoll=false;useKQueue=false;remotingThreads=1;quietPeriod=0;shutdownTimeout=1000"
            + ";serverKeepAlive=65535;defaultMqttSessionExpiryInterval=0;topicAliasMaximum=0"
            + ";defaultMaximumInFlightPublishMessages=1000;maximumPacketSize=" + (PacketReader.MAX_PUBLISH_BYTES + 5);

    private static final long CHECK_MILLIS = 250;

    /** How long stopping may take; what is left then ends with the process. */
    private static final long STOP_SECONDS = 3;

    /** Of the heap, for each connection: one with two subscriptions and a message or two took some 32 KiB when measured. */
    private static final long BYTES_A_CONNECTION = 50 << 10;

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
     * Starts a broker, which accepts connections once this returns.
     *
     * @param host name or address to listen on: {@code localhost}, or {@code 0.0.0.0} for every network
     * @param port port to listen on, 0 for any free one
     * @throws IOException if it cannot listen there; the message is one line for the user
     */
    public static EmbeddedBroker start(String host, int port) throws IOException {
        return start(host, port, Runtime.getRuntime().maxMemory() / BYTES_A_CONNECTION);
    }

    /** @param maxConnections beyond them somebody is hung up on, as a heap that is full would end all of them */
    static EmbeddedBroker start(String host, int port, long maxConnections) throws IOException {
        InetAddress address = FreePort.resolve(host);
        // Asked first, because Artemis answers a refusal with a stack trace in the log.
        FreePort.require(address, host, port);
        // An MBean server of its own, as it would start the JVM's, at 150 ms, only to leave it empty.
        ActiveMQServer server = new ArtemisWithoutPaging(configuration(), MBeanServerFactory.newMBeanServer());
        try {
            server.getConfiguration().addAcceptorConfiguration(ACCEPTOR_NAME, ACCEPTOR);
            server.start();
            BrokerListener listener = new BrokerListener(
                    server,
                    (NettyAcceptor) server.getRemotingService().getAcceptor(ACCEPTOR_NAME),
                    limits(server),
                    new UnfinishedPackets(HEAP / 16, System::nanoTime, BrokerLog::count),
                    maxConnections);
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
                new RetainedTopics(TOTAL_BYTES / 8),
                () -> TOTAL_BYTES - server.getPagingManager().getGlobalSize(),
                BrokerLog::count);
    }

    private static ScheduledExecutorService scheduleSlowSubscriberCheck(ActiveMQServer server) {
        SlowSubscribers slowSubscribers =
                new SlowSubscribers(server, Math.min(TOPIC_BYTES, TOTAL_BYTES) / 2, BrokerLog::count);
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread made = new Thread(work, "embedded-broker-backlog");
            made.setDaemon(true);
            return made;
        });
        thread.scheduleWithFixedDelay(slowSubscribers::check, CHECK_MILLIS, CHECK_MILLIS, TimeUnit.MILLISECONDS);
        return thread;
    }

    /** A name or address under which this machine reaches it: what was asked for, unless that was every network. */
    public String host() {
        return host;
    }

    /** The port it listens on, between 1 and 65535. */
    public int port() {
        return listener.port();
    }

    /** Disconnects every client and frees the port before it returns. Closing again does nothing. */
    @Override
    public void close() {
        listener.stopListening();
        slowSubscriberCheck.shutdownNow();
        stop(server);
        listener.close();
    }

    /** On another thread, as it waits ten seconds for threads of its own that are busy. */
    private static void stop(ActiveMQServer server) {
        FutureTask<Void> stopping = new FutureTask<>(() -> {
            server.stop();
            return null;
        });
        Thread thread = new Thread(stopping, "embedded-broker-stop");
        thread.setDaemon(true);
        thread.start();
        try {
            stopping.get(STOP_SECONDS, TimeUnit.SECONDS);
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
                .setMaxSizeBytes(TOPIC_BYTES)
                .setInitialQueueBufferSize(16) // a subscription would take 32 KiB before anything waits in it
                .setAddressFullMessagePolicy(AddressFullMessagePolicy.DROP)
                .setAutoDeleteAddressesSkipUsageCheck(true) // or topics without a subscriber pile up
                .setAutoDeleteQueuesSkipUsageCheck(true);
        return new ConfigurationImpl()
                .setName("embedded-broker")
                .setPersistenceEnabled(false)
                .setMqttSubscriptionPersistenceEnabled(false)
                .setJournalType(JournalType.NIO) // unused, but the default asks for a native library
                .setSecurityEnabled(false)
                .setJMXManagementEnabled(false)
                .setCriticalAnalyzer(false) // a paused machine is no reason to alarm
                .setConfigurationFileRefreshPeriod(-1)
                .setMaxDiskUsage(-1)
                .setAddressQueueScanPeriod(BrokerListener.TOPICS_MILLIS)
                .setGlobalMaxSize(TOTAL_BYTES)
                .setThreadPoolMaxSize(4)
                .setScheduledThreadPoolMaxSize(1)
                .setPageMaxConcurrentIO(1)
                .addAddressSetting("#", topics);
    }
}
