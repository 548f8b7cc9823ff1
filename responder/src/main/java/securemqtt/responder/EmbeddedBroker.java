package securemqtt.responder;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import javax.management.MBeanServerFactory;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;

/**
 * An MQTT 3.1.1 and 5 broker in this JVM, for a demonstration or a test that should need nothing else installed.
 *
 * <p>Plain TCP, no authentication, and nothing outlives it: sessions and retained messages are in memory only. Its
 * threads are not daemons, so a JVM ends only once it is closed or exits.
 */
final class EmbeddedBroker implements AutoCloseable {

    /**
     * Bytes that may wait in the broker, for one topic and together; what does not fit is dropped, as blocking the
     * publisher would also keep it from reading. A topic holds eight of the largest messages (2 MiB); the total took
     * 107 MiB of heap when measured, as the collector rounds large arrays up.
     */
    private static final long TOPIC_BYTES = 16L << 20;

    /** In a small heap less of it, as connections have to find room beside. */
    private static final long TOTAL_BYTES =
            Math.min(48L << 20, Runtime.getRuntime().maxMemory() / 10);

    /**
     * Two threads are plenty, and native transports would be more jars. The default keep-alive limit of 60 s cuts off
     * who asked for longer, or for none. A session left behind is forgotten after an hour.
     */
    private static final String OPTIONS = "?protocols=MQTT;useEpoll=false;useKQueue=false;remotingThreads=2"
            + ";quietPeriod=0;serverKeepAlive=65535;defaultMqttSessionExpiryInterval=3600";

    /** Of the heap, for each connection: one with two subscriptions and a message or two took some 32 KiB when measured. */
    private static final long BYTES_A_CONNECTION = 50 << 10;

    private final ActiveMQServer server;
    private final String host;
    private final int port;

    private EmbeddedBroker(ActiveMQServer server, String host, int port) {
        this.server = server;
        this.host = host;
        this.port = port;
    }

    /**
     * Starts a broker, which accepts connections once this returns.
     *
     * @param host name or address to listen on: {@code localhost}, or {@code 0.0.0.0} for every network
     * @param port port to listen on, 0 for any free one
     * @throws IOException if it cannot listen there; the message is one line for the user
     */
    static EmbeddedBroker start(String host, int port) throws IOException {
        return start(host, port, Runtime.getRuntime().maxMemory() / BYTES_A_CONNECTION);
    }

    /** @param mostConnections one more is hung up on, as a heap that is full would end all of them */
    static EmbeddedBroker start(String host, int port, long mostConnections) throws IOException {
        InetAddress address = FreePort.resolve(host);
        // Asked first, because Artemis answers a refusal with a stack trace in the log.
        FreePort.require(address, host, port);
        // An MBean server of its own, as it would start the JVM's, at 150 ms, only to leave it empty.
        ActiveMQServer server = new BrokerWithoutPages(configuration(), MBeanServerFactory.newMBeanServer());
        try {
            server.getConfiguration()
                    .addAcceptorConfiguration(
                            "mqtt",
                            "tcp://" + numeric(address) + ":" + port + OPTIONS + ";connectionsAllowed="
                                    + mostConnections);
            server.start();
            if (!server.isActive()) { // a failure to bind is logged, not thrown
                throw new IOException("cannot listen on port " + port + " of " + host);
            }
            return new EmbeddedBroker(
                    server,
                    address.isAnyLocalAddress() ? "localhost" : host,
                    server.getRemotingService().getAcceptor("mqtt").getActualPort());
        } catch (Exception e) {
            stop(server);
            throw new IOException("the embedded broker did not start: " + e.getMessage(), e);
        }
    }

    /** A name or address under which this machine reaches it: what was asked for, unless that was every network. */
    String host() {
        return host;
    }

    /** The port it listens on, between 1 and 65535. */
    int port() {
        return port;
    }

    /** Disconnects every client and frees the port before it returns. Closing again does nothing. */
    @Override
    public void close() {
        stop(server);
    }

    private static void stop(ActiveMQServer server) {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the embedded broker did not stop", e);
        }
    }

    private static String numeric(InetAddress address) {
        return address instanceof Inet6Address ? "[" + address.getHostAddress() + "]" : address.getHostAddress();
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
                .setGlobalMaxSize(TOTAL_BYTES)
                .setThreadPoolMaxSize(4)
                .setScheduledThreadPoolMaxSize(1)
                .setPageMaxConcurrentIO(1)
                .addAddressSetting("#", topics);
    }
}
