package securemqtt.e2e;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A client that sends arbitrary bytes, such as packets that no library would send (MQTT 3.1.1, section 2). */
final class RawMqtt implements AutoCloseable {
    static final int PUBLISH = 3;
    static final int PUBACK = 4;
    static final int SUBACK = 9;
    static final int PINGREQ = 12;
    static final int PINGRESP = 13;

    private static final int CONNACK = 2;
    private static final int PATIENCE_MILLIS = 60_000;
    private static final int CONTINUES = 0x80;

    private final Socket socket;
    private final DataInputStream in;

    /** A received packet: its type, and the bytes after its length (MQTT 3.1.1, section 2.2). */
    record Packet(int type, byte[] body) {
        static Packet read(DataInputStream in) throws IOException {
            int type = in.readUnsignedByte() >> 4;
            int length = 0;
            int shift = 0;
            int digit;
            do {
                digit = in.readUnsignedByte();
                length |= (digit & ~CONTINUES) << shift;
                shift += 7;
            } while ((digit & CONTINUES) != 0);
            byte[] body = new byte[length];
            in.readFully(body);
            return new Packet(type, body);
        }
    }

    /** Connects a socket and sends nothing. */
    RawMqtt(int port) throws IOException {
        socket = new Socket("localhost", port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new DataInputStream(socket.getInputStream());
    }

    /** Connects with MQTT 3.1.1 and a clean session. */
    static RawMqtt connected(int port, String clientId) throws IOException {
        RawMqtt client = new RawMqtt(port);
        client.send(connect(4, 2, clientId));
        client.await(CONNACK);
        return client;
    }

    /**
     * @param version 4 is MQTT 3.1.1
     * @param flags 2 is a clean session
     */
    static byte[] connect(int version, int flags, String clientId) {
        byte[] head = bytes(string("MQTT"), new byte[] {(byte) version, (byte) flags, 0, 0});
        return packet(0x10, head, version == 5 ? new byte[1] : new byte[0], string(clientId));
    }

    static byte[] subscribe(String... filters) {
        byte[] body = {0, 1};
        for (String filter : filters) {
            body = bytes(body, string(filter), new byte[] {1});
        }
        return packet(0x82, body);
    }

    static byte[] unsubscribe(String filter) {
        return packet(0xa2, new byte[] {0, 1}, string(filter));
    }

    /** Subscribes at QoS 1. */
    static byte[] publish(String topic, byte[] payload, boolean isRetained) {
        return packet(isRetained ? 0x33 : 0x32, string(topic), new byte[] {0, 1}, payload);
    }

    /** @param first the packet's type and flags */
    static byte[] packet(int first, byte[]... parts) {
        byte[] body = bytes(parts);
        return bytes(header(first, body.length), body);
    }

    /** The fixed header of a packet. */
    static byte[] header(int first, int length) {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.write(first);
        int rest = length;
        do {
            header.write(rest % CONTINUES | (rest >= CONTINUES ? CONTINUES : 0));
            rest /= CONTINUES;
        } while (rest > 0);
        return header.toByteArray();
    }

    static byte[] string(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return bytes(ByteBuffer.allocate(2).putShort((short) bytes.length).array(), bytes);
    }

    private static byte[] bytes(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** Sends these bytes. Ignores an error if the broker has closed the connection. */
    void send(byte[] bytes) throws IOException {
        try {
            socket.getOutputStream().write(bytes);
        } catch (SocketException e) {
            // A test that expects the end of the connection calls awaitEnd.
        }
    }

    Packet next() throws IOException {
        return Packet.read(in);
    }

    /** Reads until a packet of this type arrives. */
    Packet await(int type) throws IOException {
        Packet packet = next();
        while (packet.type != type) {
            packet = next();
        }
        return packet;
    }

    /** Reads until the broker closes the connection. */
    void awaitEnd() throws IOException {
        try {
            while (true) {
                next();
            }
        } catch (EOFException | SocketException e) {
            // A reset also ends the connection.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
