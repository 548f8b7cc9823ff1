package securemqtt.responder.check;

import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import securemqtt.responder.broker.embedded.PacketListener;

/**
 * Records the packets of the client under test, in their order. Of the check's own connections it records only the
 * messages, apart from those of the client. If there are too many packets, it records the first.
 */
final class PacketLog implements PacketListener {
    /** The client identifiers of the check's own connections begin with this. */
    static final String OWN_PREFIX = "secure-mqtt-check-";

    /** A client that floods the broker would otherwise fill the memory. The first packets show what it does. */
    private static final int MAX_PACKETS = 10_000;

    /** Of payloads. */
    private static final long MAX_BYTES = 32 << 20;

    private final long start = System.nanoTime();
    private final List<Packet> packets = new ArrayList<>();
    private final List<Packet> responderMessages = new ArrayList<>();
    private final Set<Long> ownConnections = new HashSet<>();
    private final Set<Long> recordedConnections = new HashSet<>();
    private long bytes;
    private Duration subackDelay = Duration.ZERO;

    @Override
    public synchronized void received(long connection, MqttMessage packet) {
        switch (packet.fixedHeader().messageType()) {
            case CONNECT -> {
                String id = ((MqttConnectMessage) packet).payload().clientIdentifier();
                if (id.startsWith(OWN_PREFIX)) {
                    ownConnections.add(connection);
                }
                add(connection, true, Packet.Type.CONNECT, id, 0);
            }
            case SUBSCRIBE -> {
                for (MqttTopicSubscription one :
                        ((MqttSubscribeMessage) packet).payload().topicSubscriptions()) {
                    add(
                            connection,
                            true,
                            Packet.Type.SUBSCRIBE,
                            one.topicFilter(),
                            one.qualityOfService().value());
                }
            }
            case UNSUBSCRIBE ->
                ((MqttUnsubscribeMessage) packet)
                        .payload()
                        .topics()
                        .forEach(filter -> add(connection, true, Packet.Type.UNSUBSCRIBE, filter, 0));
            case PUBLISH -> add(connection, true, (MqttPublishMessage) packet);
            case PUBACK -> add(connection, true, Packet.Type.PUBACK, "", 0);
            case DISCONNECT -> add(connection, true, Packet.Type.DISCONNECT, "", 0);
            default -> {
                // Nothing that a check looks at.
            }
        }
    }

    /** Makes the broker hold the client's SUBACKs back for this long. */
    synchronized void delaySubacks(Duration delay) {
        subackDelay = delay;
    }

    @Override
    public synchronized Duration delay(long connection, MqttMessage packet) {
        boolean isDelayed =
                packet.fixedHeader().messageType() == MqttMessageType.SUBACK && !ownConnections.contains(connection);
        return isDelayed ? subackDelay : Duration.ZERO;
    }

    @Override
    public synchronized void sent(long connection, MqttMessage packet) {
        switch (packet.fixedHeader().messageType()) {
            case CONNACK ->
                add(
                        connection,
                        false,
                        Packet.Type.CONNACK,
                        "",
                        ((MqttConnAckMessage) packet)
                                .variableHeader()
                                .connectReturnCode()
                                .byteValue());
            case SUBACK ->
                ((MqttSubAckMessage) packet)
                        .payload()
                        .grantedQoSLevels()
                        .forEach(granted -> add(connection, false, Packet.Type.SUBACK, "", granted));
            case PUBLISH -> add(connection, false, (MqttPublishMessage) packet);
            case PUBACK -> add(connection, false, Packet.Type.PUBACK, "", 0);
            default -> {
                // Nothing that a check looks at.
            }
        }
    }

    @Override
    public synchronized void closed(long connection) {
        add(connection, true, Packet.Type.CLOSE, "", 0);
    }

    private void add(long connection, boolean isFromClient, Packet.Type type, String name, int qos) {
        add(new Packet(now(), connection, isFromClient, type, name, qos, false, false, new byte[0]));
    }

    private void add(long connection, boolean isFromClient, MqttPublishMessage message) {
        add(new Packet(
                now(),
                connection,
                isFromClient,
                Packet.Type.PUBLISH,
                message.variableHeader().topicName(),
                message.fixedHeader().qosLevel().value(),
                message.fixedHeader().isRetain(),
                message.fixedHeader().isDup(),
                // A copy, because the broker reuses the buffer.
                ByteBufUtil.getBytes(message.payload())));
    }

    private void add(Packet packet) {
        boolean isOwn = ownConnections.contains(packet.connection());
        // The end of a connection is recorded in any case, as its beginning was.
        boolean isEnd = packet.type() == Packet.Type.CLOSE && recordedConnections.contains(packet.connection());
        if (isFull() && !isEnd) {
            return;
        }
        if (!isOwn) {
            record(packets, packet);
            recordedConnections.add(packet.connection());
            notifyAll();
        } else if (packet.type() == Packet.Type.PUBLISH && !packet.name().equals(CheckResponder.LAST)) {
            record(responderMessages, packet);
        }
    }

    private void record(List<Packet> list, Packet packet) {
        list.add(packet);
        bytes += packet.payload().length;
    }

    private boolean isFull() {
        return packets.size() + responderMessages.size() >= MAX_PACKETS || bytes >= MAX_BYTES;
    }

    private Duration now() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** The packets so far. */
    synchronized List<Packet> packets() {
        return List.copyOf(packets);
    }

    /** The messages so far on the check's own connections. */
    synchronized List<Packet> responderMessages() {
        return List.copyOf(responderMessages);
    }

    /**
     * Waits for packets.
     *
     * @param arrived whether the packets so far include those that are waited for
     * @param isHopeless whether they cannot come any more; tested again after each packet and each {@link #wake}
     * @param deadline a value of {@link System#nanoTime}
     * @return whether they came
     */
    synchronized boolean await(Predicate<List<Packet>> arrived, BooleanSupplier isHopeless, long deadline)
            throws InterruptedException {
        while (!arrived.test(packets)) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0 || isHopeless.getAsBoolean()) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    /** Makes those who wait test again. */
    synchronized void wake() {
        notifyAll();
    }
}
