package securemqtt.responder.broker.embedded;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectPayload;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttConnectVariableHeader;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttPubAckMessage;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttSubscribePayload;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.handler.codec.mqtt.MqttUnsubscribePayload;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks each packet of a connection before Artemis handles it, and closes the connection of a client that breaks a
 * rule. Shortens each session so that it ends with its connection, and tells the client so.
 */
final class PacketChecks extends ChannelDuplexHandler {
    static final int MAX_SUBSCRIPTIONS = 100;
    /** How many messages of QoS 2 a client may have published and not yet released. */
    static final int MAX_UNRELEASED = 100;

    private static final int MAX_CLIENT_IDENTIFIER_BYTES = 1024;
    private static final int MAX_USER_PROPERTIES = 100;
    /** The memory that Artemis needs for a subscription, as measured, without the names in it. */
    private static final int SUBSCRIPTION_BYTES = 12 << 10;

    private final BrokerLimits limits;
    private final Artemis artemis;
    /** The reserved bytes of each topic filter. */
    private final Map<String, Integer> subscriptions = new HashMap<>();

    private final Set<Integer> unreleased = new HashSet<>();
    /** The encoded client identifier; null before the CONNECT. */
    private String clientId;

    private Will will;
    private boolean isSessionShortened;
    private boolean isEnded;

    /** The operations of Artemis that these checks need. */
    interface Artemis {
        /**
         * Sets the will of the session. If Artemis took it from the CONNECT, it would copy it to memory that it never
         * frees.
         */
        void setWill(Will will);

        /**
         * Removes the will from the session. After a DISCONNECT, Artemis may still publish the will if it sees the
         * end of the connection first.
         */
        void dropWill();

        /** Whether the topic is new and there are too many topics. */
        boolean exceedsTopicLimit(String topic);
    }

    /** The message that Artemis publishes if the connection is lost. */
    record Will(String topic, byte[] payload, int qos, boolean isRetained, List<MqttProperties.StringPair> properties) {
        int bytes() {
            return payload.length + topic.length();
        }
    }

    PacketChecks(BrokerLimits limits, Artemis artemis) {
        this.limits = limits;
        this.artemis = artemis;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object packet) {
        MqttMessage message = (MqttMessage) packet;
        if (isEnded) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message.decoderResult().isFailure()) {
            close(context, message, BrokerEvent.MALFORMED);
            return;
        }
        switch (message.fixedHeader().messageType()) {
            case CONNECT -> connect(context, (MqttConnectMessage) message);
            case PUBLISH -> publish(context, (MqttPublishMessage) message);
            case SUBSCRIBE -> subscribe(context, (MqttSubscribeMessage) message);
            case UNSUBSCRIBE -> unsubscribe(context, (MqttUnsubscribeMessage) message);
            case PUBREL -> {
                unreleased.remove(((MqttMessageIdVariableHeader) message.variableHeader()).messageId());
                context.fireChannelRead(message);
            }
            case PUBACK, PUBREC, PUBCOMP, PINGREQ -> context.fireChannelRead(message);
            case DISCONNECT -> {
                isEnded = true;
                if (will != null) {
                    artemis.dropWill();
                    cancelRetainedWill();
                    releaseWill();
                }
                // Without properties, because one of them could lengthen the session.
                context.fireChannelRead(new MqttMessage(message.fixedHeader()));
            }
            default -> close(context, message, BrokerEvent.MALFORMED);
        }
    }

    private void connect(ChannelHandlerContext context, MqttConnectMessage message) {
        MqttConnectVariableHeader header = message.variableHeader();
        MqttConnectPayload payload = message.payload();
        String id = payload.clientIdentifier();
        if (clientId != null) {
            close(context, message, BrokerEvent.MALFORMED);
        } else if (id.getBytes(StandardCharsets.UTF_8).length > MAX_CLIENT_IDENTIFIER_BYTES) {
            close(context, message, BrokerEvent.CLIENT_IDENTIFIER);
        } else if (header.isWillFlag() && !TopicRules.isTopic(payload.willTopic())) {
            close(context, message, BrokerEvent.TOPIC);
        } else if (header.isWillFlag()
                && userProperties(payload.willProperties()).size() > MAX_USER_PROPERTIES) {
            close(context, message, BrokerEvent.TOO_MANY_PROPERTIES);
        } else if (header.isWillFlag() && !takeWill(header, payload)) {
            close(context, message, BrokerEvent.NO_MEMORY);
        } else {
            clientId = ArtemisNames.clientIdentifier(id);
            context.fireChannelRead(endingWithConnection(message));
        }
    }

    private boolean takeWill(MqttConnectVariableHeader header, MqttConnectPayload payload) {
        String topic = payload.willTopic();
        byte[] bytes = payload.willMessageInBytes();
        boolean isRetained = header.isWillRetain();
        if (isRetained && !limits.retained().reserve(topic, bytes.length)) {
            limits.log().accept(BrokerEvent.RETAINED);
            isRetained = false;
        }
        will = new Will(topic, bytes, header.willQos(), isRetained, userProperties(payload.willProperties()));
        if (!limits.wills().reserve(will.bytes())) {
            cancelRetainedWill();
            will = null;
            return false;
        }
        return true;
    }

    @SuppressWarnings("unchecked")
    private static List<MqttProperties.StringPair> userProperties(MqttProperties properties) {
        MqttProperties.MqttProperty<?> found =
                properties == null ? null : properties.getProperty(MqttPropertyType.USER_PROPERTY.value());
        return found == null ? List.of() : (List<MqttProperties.StringPair>) found.value();
    }

    /**
     * Returns a copy without user name and password, which nobody checks, without the will, and without anything that
     * outlasts the connection.
     */
    private MqttConnectMessage endingWithConnection(MqttConnectMessage message) {
        MqttConnectVariableHeader header = message.variableHeader();
        boolean isMqtt5 = header.version() == 5;
        // Before MQTT 5, Artemis must still refuse an empty identifier without clean session.
        boolean isClean = isMqtt5 || !clientId.isEmpty() || header.isCleanSession();
        MqttProperties properties = new MqttProperties();
        for (MqttPropertyType kept : List.of(
                MqttPropertyType.RECEIVE_MAXIMUM,
                MqttPropertyType.MAXIMUM_PACKET_SIZE,
                MqttPropertyType.AUTHENTICATION_METHOD)) {
            if (header.properties().getProperty(kept.value()) != null) {
                properties.add(header.properties().getProperty(kept.value()));
            }
        }
        isSessionShortened = header.properties().getProperty(MqttPropertyType.SESSION_EXPIRY_INTERVAL.value()) != null;
        return new MqttConnectMessage(
                message.fixedHeader(),
                new MqttConnectVariableHeader(
                        header.name(),
                        header.version(),
                        false,
                        false,
                        false,
                        0,
                        false,
                        isClean,
                        header.keepAliveTimeSeconds(),
                        properties),
                new MqttConnectPayload(clientId, MqttProperties.NO_PROPERTIES, null, null, null, null));
    }

    private void publish(ChannelHandlerContext context, MqttPublishMessage message) {
        String topic = message.variableHeader().topicName();
        MqttProperties properties = message.variableHeader().properties();
        if (!TopicRules.isTopic(topic)) {
            close(context, message, BrokerEvent.TOPIC);
            return;
        }
        // The broker offers no aliases. With one, a packet to a subscriber could grow by a topic of 64 KiB, beyond
        // the subscriber's limit.
        if (properties.getProperty(MqttPropertyType.TOPIC_ALIAS.value()) != null) {
            close(context, message, BrokerEvent.MALFORMED);
            return;
        }
        if (message.fixedHeader().qosLevel() == MqttQoS.EXACTLY_ONCE) {
            unreleased.add(message.variableHeader().packetId());
            if (unreleased.size() > MAX_UNRELEASED) {
                close(context, message, BrokerEvent.QOS_2);
                return;
            }
        }
        if (artemis.exceedsTopicLimit(topic)) {
            limits.log().accept(BrokerEvent.TOPICS);
            acknowledge(context, message);
            message.release();
            return;
        }
        context.fireChannelRead(mayRetain(message) ? message : withoutRetain(message));
    }

    /** Whether Artemis may obey the retain flag of the message. */
    private boolean mayRetain(MqttPublishMessage message) {
        if (!message.fixedHeader().isRetain()) {
            return true;
        }
        String topic = message.variableHeader().topicName();
        int bytes = message.payload().readableBytes();
        if (bytes == 0) {
            // If no message is retained, there is nothing to delete, but Artemis would create a queue for the topic.
            return limits.retained().remove(topic);
        }
        boolean hasRoom = limits.retained().put(topic, bytes);
        if (!hasRoom) {
            limits.log().accept(BrokerEvent.RETAINED);
        }
        return hasRoom;
    }

    private static MqttPublishMessage withoutRetain(MqttPublishMessage message) {
        MqttFixedHeader header = message.fixedHeader();
        MqttFixedHeader without = new MqttFixedHeader(
                MqttMessageType.PUBLISH, header.isDup(), header.qosLevel(), false, header.remainingLength());
        return new MqttPublishMessage(without, message.variableHeader(), message.payload());
    }

    /** Acknowledges a dropped message as if it had no subscribers. */
    private static void acknowledge(ChannelHandlerContext context, MqttPublishMessage message) {
        MqttQoS qos = message.fixedHeader().qosLevel();
        if (qos != MqttQoS.AT_MOST_ONCE) {
            MqttMessageType type = qos == MqttQoS.AT_LEAST_ONCE ? MqttMessageType.PUBACK : MqttMessageType.PUBREC;
            context.writeAndFlush(new MqttPubAckMessage(
                    new MqttFixedHeader(type, false, MqttQoS.AT_MOST_ONCE, false, 2),
                    MqttMessageIdVariableHeader.from(message.variableHeader().packetId())));
        }
    }

    private void subscribe(ChannelHandlerContext context, MqttSubscribeMessage message) {
        long retained = 0;
        for (MqttTopicSubscription subscription : message.payload().topicSubscriptions()) {
            String filter = subscription.topicFilter();
            if (!TopicRules.isFilter(filter)) {
                close(context, message, BrokerEvent.FILTER);
                return;
            }
            if (!subscriptions.containsKey(filter)) {
                if (subscriptions.size() == MAX_SUBSCRIPTIONS) {
                    close(context, message, BrokerEvent.SUBSCRIPTIONS);
                    return;
                }
                // Artemis keeps about three copies of the name.
                int bytes = SUBSCRIPTION_BYTES + 3 * ArtemisNames.filter(filter).length() + clientId.length();
                if (!limits.subscriptions().reserve(bytes)) {
                    close(context, message, BrokerEvent.NO_MEMORY);
                    return;
                }
                subscriptions.put(filter, bytes);
            }
            retained += limits.retained().bytesMatching(filter);
        }
        if (retained > 0 && retained > limits.freeBytes().getAsLong()) {
            close(context, message, BrokerEvent.NO_MEMORY);
            return;
        }
        context.fireChannelRead(withArtemisNames(message));
    }

    private static MqttSubscribeMessage withArtemisNames(MqttSubscribeMessage message) {
        List<MqttTopicSubscription> named = message.payload().topicSubscriptions().stream()
                .map(wanted -> new MqttTopicSubscription(ArtemisNames.filter(wanted.topicFilter()), wanted.option()))
                .toList();
        return new MqttSubscribeMessage(
                message.fixedHeader(), message.idAndPropertiesVariableHeader(), new MqttSubscribePayload(named));
    }

    private void unsubscribe(ChannelHandlerContext context, MqttUnsubscribeMessage message) {
        List<String> filters = message.payload().topics();
        if (!filters.stream().allMatch(TopicRules::isFilter)) {
            close(context, message, BrokerEvent.FILTER);
            return;
        }
        for (String filter : filters) {
            Integer bytes = subscriptions.remove(filter);
            if (bytes != null) {
                limits.subscriptions().release(bytes);
            }
        }
        context.fireChannelRead(new MqttUnsubscribeMessage(
                message.fixedHeader(),
                message.idAndPropertiesVariableHeader(),
                new MqttUnsubscribePayload(
                        filters.stream().map(ArtemisNames::filter).toList())));
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof MqttConnAckMessage answer
                && answer.variableHeader().connectReturnCode() == MqttConnectReturnCode.CONNECTION_ACCEPTED) {
            if (will != null) {
                artemis.setWill(will);
            }
            // Artemis adds properties for MQTT 5 only.
            if (answer.variableHeader().properties() != MqttProperties.NO_PROPERTIES) {
                addProperties(answer.variableHeader().properties());
            }
        }
        context.write(message, promise);
    }

    private void addProperties(MqttProperties properties) {
        properties.add(new MqttProperties.IntegerProperty(MqttPropertyType.RECEIVE_MAXIMUM.value(), MAX_UNRELEASED));
        if (isSessionShortened) {
            properties.add(new MqttProperties.IntegerProperty(MqttPropertyType.SESSION_EXPIRY_INTERVAL.value(), 0));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        isEnded = true;
        subscriptions.values().forEach(limits.subscriptions()::release);
        subscriptions.clear();
        if (will != null) {
            if (will.isRetained()) {
                limits.retained().put(will.topic(), will.payload().length);
            }
            releaseWill();
        }
        context.fireChannelInactive();
    }

    private void releaseWill() {
        limits.wills().release(will.bytes());
        will = null;
    }

    private void cancelRetainedWill() {
        if (will.isRetained()) {
            limits.retained().cancel(will.topic());
        }
    }

    private void close(ChannelHandlerContext context, MqttMessage message, BrokerEvent reason) {
        isEnded = true;
        limits.log().accept(reason);
        ReferenceCountUtil.release(message);
        context.close();
    }
}
