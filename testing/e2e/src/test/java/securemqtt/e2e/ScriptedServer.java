package securemqtt.e2e;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A server on localhost that sends arbitrary bytes, unlike any real broker. */
final class ScriptedServer implements AutoCloseable {
    private final ServerSocket server;
    private final List<SocketChannel> connections = new ArrayList<>();
    private Socket socket;

    ScriptedServer() throws IOException {
        this("127.0.0.1", 0);
    }

    /** @param port the port to listen on; 0 for any free port */
    ScriptedServer(String address, int port) throws IOException {
        server = new ServerSocket(port, 1, InetAddress.getByName(address));
    }

    int port() {
        return server.getLocalPort();
    }

    /** Waits for a client. */
    void accept() throws IOException {
        socket = server.accept();
    }

    /** Reads one MQTT packet of any type (MQTT 3.1.1, section 2.2) and returns the bytes after its length. */
    byte[] read() throws IOException {
        return next().body();
    }

    /**
     * Reads packets on another thread until one of this type arrives, and answers each PINGREQ, so that the client
     * does not give up a server that is busy sending.
     */
    CompletableFuture<byte[]> awaitAnsweringPings(int type) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                RawMqtt.Packet packet = next();
                while (packet.type() != type) {
                    if (packet.type() == RawMqtt.PINGREQ) {
                        send(RawMqtt.packet(RawMqtt.PINGRESP << 4));
                    }
                    packet = next();
                }
                return packet.body();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private RawMqtt.Packet next() throws IOException {
        return RawMqtt.Packet.read(new DataInputStream(socket.getInputStream()));
    }

    /** Sends whole packets. Several threads may call it. */
    synchronized void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** Answers a CONNECT with this return code (MQTT 3.1.1, section 3.2.2.3). */
    void acknowledgeConnect(int returnCode) throws IOException {
        send(HexFormat.of().parseHex("200200" + HexFormat.of().toHexDigits((byte) returnCode)));
    }

    /** Answers a SUBSCRIBE to two topics by granting both QoS 1 (MQTT 3.1.1, section 3.9). */
    void acknowledgeSubscribe(byte[] subscribe) throws IOException {
        acknowledgeSubscribe(subscribe, 1);
    }

    /** Answers a SUBSCRIBE to two topics with this return code for both. */
    void acknowledgeSubscribe(byte[] subscribe, int returnCode) throws IOException {
        send(new byte[] {(byte) 0x90, 4, subscribe[0], subscribe[1], (byte) returnCode, (byte) returnCode});
    }

    /** Reads one TLS record (RFC 8446, section 5.1) and returns the bytes after its length. */
    byte[] readTlsRecord() throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        in.skipNBytes(3);
        byte[] record = new byte[in.readUnsignedShort()];
        in.readFully(record);
        return record;
    }

    void hangUp() throws IOException {
        socket.close();
    }

    /**
     * Fills the queue of unaccepted connections, so that the kernel drops new connection attempts, as a firewall may.
     */
    void dropNewcomers() throws IOException {
        for (int i = 0; i < 8; i++) {
            SocketChannel one = SocketChannel.open();
            one.configureBlocking(false);
            one.connect(server.getLocalSocketAddress());
            connections.add(one);
        }
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
        }
        for (SocketChannel one : connections) {
            one.close();
        }
        server.close();
    }
}
