package securemqtt.responder.check;

import java.time.Duration;

/**
 * One packet on a connection to the broker, or the end of the connection.
 *
 * @param at the time since the broker started
 * @param connection the number of the connection
 * @param isFromClient whether it went to the broker; otherwise the broker sent it
 * @param type the kind of packet
 * @param name the client identifier of a CONNECT, the topic of a PUBLISH, the topic filter of a SUBSCRIBE (a packet with
 *     several filters is recorded as several); otherwise empty
 * @param qos the QoS of a PUBLISH, the requested QoS of a SUBSCRIBE, the granted QoS of a SUBACK, the return code of a
 *     CONNACK; otherwise 0
 * @param isRetained the retain flag of a PUBLISH
 * @param isDuplicate the DUP flag of a PUBLISH
 * @param payload the payload of a PUBLISH, otherwise empty
 */
record Packet(
        Duration at,
        long connection,
        boolean isFromClient,
        Type type,
        String name,
        int qos,
        boolean isRetained,
        boolean isDuplicate,
        byte[] payload) {
    /** The packets that matter here. */
    enum Type {
        CONNECT,
        CONNACK,
        SUBSCRIBE,
        SUBACK,
        UNSUBSCRIBE,
        PUBLISH,
        PUBACK,
        DISCONNECT,
        /** The connection ended. */
        CLOSE
    }

    boolean isPublishOf(String topic) {
        return type == Type.PUBLISH && name.equals(topic);
    }

    @Override
    public String toString() {
        return type + " " + name;
    }
}
