package securemqtt.client;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import securemqtt.client.mqtt.BrokerPacket;
import securemqtt.client.mqtt.BrokerPacket.ConnectAcknowledgement;
import securemqtt.client.mqtt.BrokerPacket.Message;
import securemqtt.client.mqtt.BrokerPacket.MessageAcknowledgement;
import securemqtt.client.mqtt.BrokerPacket.SubscribeAcknowledgement;
import securemqtt.client.mqtt.ClientPackets;
import securemqtt.client.mqtt.MalformedPacketException;
import securemqtt.client.mqtt.PacketReader;
import securemqtt.protocol.NetId;

/**
 * An MQTT 3.1.1 connection with a clean session and the NetID as client identifier. One thread connects and reads,
 * one writes, and one watches the keep-alive, because the broker can block each of the other two.
 */
final class MqttConnection implements Connection {
    /** If the network or the broker fails silently, the client notices after twice this time. */
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);

    private static final long DISCONNECT_TIMEOUT_MILLIS = 1_000;
    private static final int SKIP_CHUNK_BYTES = 64 * 1024;
    private static final int WRITE_CHUNK_BYTES = 64 * 1024;
    private static final int MAX_PACKET_ID = 0xffff;
    private static final byte[] DISCONNECT = ClientPackets.disconnect();

    private final Broker broker;
    private final NetId netId;
    private final int maxMessageLength;
    private final Duration keepAlive;
    private final Listener listener;
    private final ConnectionFailures failures;

    private final BlockingQueue<byte[]> sendQueue = new LinkedBlockingQueue<>();
    private final CountDownLatch disconnectSent = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Set<Integer> unacknowledgedIds = ConcurrentHashMap.newKeySet();
    private int lastPacketId;
    private volatile int subscribePacketId;

    /** The socket of TCP, also if TLS has a socket on top of it; empty before the first attempt to connect. */
    private Optional<Socket> tcpSocket = Optional.empty();

    private volatile boolean accepted;
    private volatile boolean keepAliveExpired;
    /** Whether a thread is blocked until the broker sends something. */
    private volatile boolean awaitingInput;
    /** The last time that the client began to read or wrote part of a long packet, by {@link System#nanoTime}. */
    private volatile long lastActivity;

    /** The last time that the client sent a whole packet, by {@link System#nanoTime}. */
    private volatile long lastSent;

    /** @param maxMessageLength in bytes; the payload of a longer message is cut to one byte more than this */
    MqttConnection(Broker broker, NetId netId, int maxMessageLength, Listener listener) {
        this(broker, netId, maxMessageLength, KEEP_ALIVE, listener);
    }

    MqttConnection(Broker broker, NetId netId, int maxMessageLength, Duration keepAlive, Listener listener) {
        this.broker = broker;
        this.netId = netId;
        this.maxMessageLength = maxMessageLength;
        this.keepAlive = keepAlive;
        this.listener = listener;
        this.failures = new ConnectionFailures(broker);
    }

    private interface Task {
        void run() throws InterruptedException;
    }

    private void start(String name, Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (Throwable e) {
                        listener.crashed(e);
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void connect() {
        start("connection", this::connectAndRead);
    }

    private void connectAndRead() {
        BrokerSocket brokerSocket = new BrokerSocket(broker, this::setTcpSocket);
        Socket tcp;
        try {
            tcp = brokerSocket.open();
        } catch (IOException e) {
            fail(failures.unreachable(e));
            return;
        }
        try {
            runSession(tcp, brokerSocket.secure(tcp));
        } catch (IOException e) {
            if (isClosed()) {
                return;
            }
            if (!accepted) {
                fail(failures.notAccepted(e));
            } else {
                fail(keepAliveExpired ? failures.lost() : failures.lost(e));
            }
        }
    }

    /** @param socket carries MQTT: {@code tcp} itself, or a TLS socket on top of it */
    private void runSession(Socket tcp, Socket socket) throws IOException {
        OutputStream out = socket.getOutputStream();
        try {
            out.write(ClientPackets.connect(netId.value(), (int) keepAlive.toSeconds(), broker.login()));
        } catch (SocketException e) {
            // The broker already closed the connection. It may have sent the reason, such as a TLS alert, so read on.
        }
        PacketReader in = new PacketReader(
                new BufferedInputStream(new MonitoredInput(socket.getInputStream(), tcp)), maxMessageLength + 1);
        if (!isAccepted(in.next())) {
            return;
        }
        lastSent = System.nanoTime();
        start("writer", () -> write(socket, out));
        start("keep-alive", this::keepAlive);
        for (Optional<BrokerPacket> next = in.next(); next.isPresent(); next = in.next()) {
            handle(next.get(), out);
        }
        if (!isClosed()) {
            fail(failures.lost());
        }
    }

    private synchronized void setTcpSocket(Socket socket) {
        tcpSocket = Optional.of(socket);
        if (isClosed()) {
            closeTcp();
        }
    }

    private boolean isAccepted(Optional<BrokerPacket> answer) throws IOException {
        if (answer.isEmpty()) {
            fail(failures.hungUp());
            return false;
        }
        if (!(answer.get() instanceof ConnectAcknowledgement acknowledgement)) {
            throw new MalformedPacketException("a packet before CONNACK");
        }
        if (acknowledgement.returnCode() != 0) {
            fail(failures.refused(acknowledgement.returnCode()));
            return false;
        }
        accepted = true;
        listener.accept(new Event.Connected(broker.toString()));
        return true;
    }

    private void fail(Failure failure) {
        if (!isClosed()) {
            listener.accept(accepted ? new Event.ConnectionLost(failure) : new Event.ConnectFailed(failure));
        }
    }

    private void handle(BrokerPacket packet, OutputStream out) throws IOException {
        if (packet instanceof Message message) {
            listener.accept(new Event.Received(message.topic(), message.payload(), message.retained()));
            if (message.packetId() != 0) {
                // This thread writes the acknowledgement itself, so a broker that stops reading blocks the reading.
                send(ClientPackets.acknowledge(message.packetId()), out);
            }
        } else if (packet instanceof SubscribeAcknowledgement acknowledgement) {
            if (acknowledgement.packetId() == subscribePacketId) {
                listener.accept(new Event.Subscribed(acknowledgement.returnCodes()));
            }
        } else if (packet instanceof MessageAcknowledgement acknowledgement) {
            if (unacknowledgedIds.remove(acknowledgement.packetId())) {
                listener.accept(new Event.Acknowledged());
            }
        } else if (packet instanceof ConnectAcknowledgement) {
            throw new MalformedPacketException("a second CONNACK");
        }
    }

    private void write(Socket socket, OutputStream out) throws InterruptedException {
        try {
            byte[] packet = sendQueue.take();
            while (packet != DISCONNECT) {
                send(packet, out);
                packet = sendQueue.take();
            }
            send(DISCONNECT, out);
            socket.shutdownOutput();
        } catch (IOException e) {
            // The thread that reads gets an exception too, and reports it.
        } finally {
            disconnectSent.countDown();
        }
    }

    private void send(byte[] packet, OutputStream out) throws IOException {
        synchronized (out) {
            for (int from = 0; from < packet.length; from += WRITE_CHUNK_BYTES) {
                if (from > 0) {
                    lastActivity = System.nanoTime();
                }
                out.write(packet, from, Math.min(WRITE_CHUNK_BYTES, packet.length - from));
            }
            lastSent = System.nanoTime();
        }
    }

    /**
     * Sends a PINGREQ before the keep-alive time passes without a packet, and closes the connection if the broker
     * sends nothing for twice that time (MQTT 3.1.1, section 3.1.2.10).
     */
    private void keepAlive() throws InterruptedException {
        long tick = keepAlive.toNanos() / 10;
        while (!closed.await(tick, TimeUnit.NANOSECONDS)) {
            long now = System.nanoTime();
            if (now - lastSent > keepAlive.toNanos() - 2 * tick && sendQueue.isEmpty()) {
                sendQueue.add(ClientPackets.ping());
            }
            if (awaitingInput && now - lastActivity > 2 * keepAlive.toNanos()) {
                keepAliveExpired = true;
                closeTcp();
                return;
            }
        }
    }

    @Override
    public void subscribe(List<String> topics) {
        subscribePacketId = nextPacketId();
        sendQueue.add(ClientPackets.subscribe(subscribePacketId, topics));
    }

    @Override
    public void publish(String topic, byte[] payload) {
        int packetId = nextPacketId();
        unacknowledgedIds.add(packetId);
        sendQueue.add(ClientPackets.publish(packetId, topic, payload));
    }

    private int nextPacketId() {
        lastPacketId = lastPacketId % MAX_PACKET_ID + 1;
        return lastPacketId;
    }

    @Override
    public void close() {
        closed.countDown();
        if (accepted) {
            sendQueue.add(DISCONNECT);
            try {
                disconnectSent.await(DISCONNECT_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        closeTcp();
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    /** Closes the socket of TCP, because closing a TLS socket can block until its last bytes are written. */
    private synchronized void closeTcp() {
        try {
            if (tcpSocket.isPresent()) {
                tcpSocket.get().close();
            }
        } catch (IOException e) {
            // The connection is closed all the same.
        }
    }

    /** Records when the client reads, and makes Linux acknowledge each TCP segment immediately. */
    private final class MonitoredInput extends FilterInputStream {
        private final Socket socket;
        private final boolean supportsQuickAck;

        MonitoredInput(InputStream in, Socket socket) {
            super(in);
            this.socket = socket;
            this.supportsQuickAck = socket.supportedOptions().contains(ExtendedSocketOptions.TCP_QUICKACK);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (supportsQuickAck) {
                // Linux delays acknowledgements by up to 40 ms, and Mosquitto holds back small packets until it gets
                // them. Linux soon resets this option, so every read sets it again.
                socket.setOption(ExtendedSocketOptions.TCP_QUICKACK, true);
            }
            lastActivity = System.nanoTime();
            awaitingInput = true;
            int read = super.read(bytes, offset, length);
            awaitingInput = false;
            return read;
        }

        @Override
        public long skip(long length) throws IOException {
            return Math.max(0, read(new byte[(int) Math.min(length, SKIP_CHUNK_BYTES)]));
        }
    }
}
