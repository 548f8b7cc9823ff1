package securemqtt.client.mqtt;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Encodes the packets that the client sends (MQTT 3.1.1, sections 2 and 3). Each method returns one whole packet.
 * Packet identifiers are in 1..65535. A string of more than 65535 UTF-8 bytes is an {@link IllegalArgumentException}.
 */
public final class ClientPackets {
    // The first byte of each packet: type and flags (section 2.2).
    private static final int CONNECT = 0x10;
    private static final int PUBLISH_AT_QOS_1 = 0x32;
    private static final int PUBACK = 0x40;
    private static final int SUBSCRIBE = 0x82;
    private static final int PINGREQ = 0xc0;
    private static final int DISCONNECT = 0xe0;

    private static final int QOS = 1;
    private static final int CLEAN_SESSION = 0x02;
    private static final int PASSWORD = 0x40;
    private static final int USER_NAME = 0x80;
    private static final int PROTOCOL_LEVEL = 4;

    private ClientPackets() {}

    /** User name and password for the broker. {@code toString} does not show the password. */
    public static final class Credentials {
        private final String userName;
        private final String password;

        /** Both are sent in UTF-8, with 65535 bytes at most; either may be empty. */
        public Credentials(String userName, String password) {
            this.userName = userName;
            this.password = password;
        }

        @Override
        public String toString() {
            return "Credentials[" + userName + "]";
        }
    }

    /**
     * CONNECT with a clean session and without a will (section 3.1).
     *
     * @param keepAliveSeconds in 0..65535; 0 turns the keep-alive off
     * @param login empty to send neither user name nor password
     */
    public static byte[] connect(String clientId, int keepAliveSeconds, Optional<Credentials> login) {
        Body body = new Body();
        body.string("MQTT");
        body.bytes.write(PROTOCOL_LEVEL);
        body.bytes.write(CLEAN_SESSION | (login.isPresent() ? USER_NAME | PASSWORD : 0));
        body.uint16(keepAliveSeconds);
        body.string(clientId);
        login.ifPresent(given -> {
            body.string(given.userName);
            body.string(given.password);
        });
        return body.packet(CONNECT);
    }

    /** SUBSCRIBE to each topic at QoS 1 (section 3.8). */
    public static byte[] subscribe(int packetId, List<String> topics) {
        Body body = new Body();
        body.uint16(packetId);
        for (String topic : topics) {
            body.string(topic);
            body.bytes.write(QOS);
        }
        return body.packet(SUBSCRIBE);
    }

    /**
     * PUBLISH at QoS 1, not retained (section 3.3).
     *
     * @param payload any bytes; may be empty; must leave the packet within the 256 MiB of MQTT, which is not checked
     */
    public static byte[] publish(int packetId, String topic, byte[] payload) {
        Body body = new Body();
        body.string(topic);
        body.uint16(packetId);
        body.bytes.writeBytes(payload);
        return body.packet(PUBLISH_AT_QOS_1);
    }

    /** PUBACK for a message at QoS 1 (section 3.4). */
    public static byte[] acknowledge(int packetId) {
        Body body = new Body();
        body.uint16(packetId);
        return body.packet(PUBACK);
    }

    /** PINGREQ (section 3.12). */
    public static byte[] ping() {
        return new Body().packet(PINGREQ);
    }

    /** DISCONNECT (section 3.14). */
    public static byte[] disconnect() {
        return new Body().packet(DISCONNECT);
    }

    /** The bytes after the fixed header. */
    private static final class Body {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        /** Adds two bytes, the high byte first (section 1.5.2). */
        void uint16(int value) {
            bytes.write(value >> 8);
            bytes.write(value);
        }

        /** Adds the length in two bytes and the text in UTF-8 (section 1.5.3). */
        void string(String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            if (utf8.length > 0xffff) {
                throw new IllegalArgumentException("a string of " + utf8.length + " bytes");
            }
            uint16(utf8.length);
            bytes.writeBytes(utf8);
        }

        /** The packet: a fixed header with this first byte (section 2.2), and these bytes. */
        byte[] packet(int first) {
            ByteArrayOutputStream packet = new ByteArrayOutputStream(5 + bytes.size());
            packet.write(first);
            int length = bytes.size();
            do {
                packet.write(length % 128 | (length < 128 ? 0 : 128));
                length /= 128;
            } while (length > 0);
            packet.writeBytes(bytes.toByteArray());
            return packet.toByteArray();
        }
    }
}
