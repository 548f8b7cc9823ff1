package securemqtt.responder.broker.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PacketChecksTest {
    private final List<BrokerEvent> events = new ArrayList<>();
    private final List<PacketChecks.Will> wills = new ArrayList<>();
    private final BrokerLimits limits = new BrokerLimits(
            new MemoryLimit(10 << 20), new MemoryLimit(100), new RetainedTopics(1000), () -> 100, events::add);
    private boolean exceedsTopicLimit;
    private final EmbeddedChannel channel = channel();

    private EmbeddedChannel channel() {
        return new EmbeddedChannel(new PacketChecks(limits, new PacketChecks.Artemis() {
            @Override
            public void setWill(PacketChecks.Will will) {
                wills.add(will);
            }

            @Override
            public void dropWill() {
                wills.clear();
            }

            @Override
            public boolean exceedsTopicLimit(String topic) {
                return exceedsTopicLimit;
            }
        }));
    }

    @Test
    void aSessionEndsWithItsConnection() {
        channel.writeInbound(connect("a").cleanSession(false).build());

        MqttConnectMessage passed = channel.readInbound();
        assertTrue(passed.variableHeader().isCleanSession());
        assertEquals("a", passed.payload().clientIdentifier());
    }

    @Test
    void aSessionOfMqtt5EndsWithItsConnectionAndTheClientIsToldSo() {
        MqttProperties properties = new MqttProperties();
        properties.add(new MqttProperties.IntegerProperty(MqttPropertyType.SESSION_EXPIRY_INTERVAL.value(), 3600));
        properties.add(new MqttProperties.IntegerProperty(MqttPropertyType.TOPIC_ALIAS_MAXIMUM.value(), 9));
        channel.writeInbound(connect("a")
                .protocolVersion(MqttVersion.MQTT_5)
                .properties(properties)
                .build());
        channel.writeOutbound(accepted());

        MqttConnectMessage passed = channel.readInbound();
        assertTrue(passed.variableHeader().properties().isEmpty());
        MqttConnAckMessage answer = channel.readOutbound();
        assertEquals(0, property(answer, MqttPropertyType.SESSION_EXPIRY_INTERVAL));
        assertEquals(PacketChecks.MAX_UNRELEASED, property(answer, MqttPropertyType.RECEIVE_MAXIMUM));
    }

    @Test
    void disconnectingDoesNotLengthenTheSession() {
        connected();
        channel.writeInbound(MqttMessageBuilders.disconnect()
                .properties(new MqttProperties())
                .build());

        MqttMessage passed = channel.readInbound();
        assertNull(passed.variableHeader());
        channel.writeInbound(publish("a").build());
        assertNull(channel.readInbound());
    }

    @Test
    void aConnectionHasOneConnect() {
        connected();
        channel.writeInbound(connect("b").build());

        assertClosed(BrokerEvent.MALFORMED);
    }

    @Test
    void refusesALongClientIdentifier() {
        channel.writeInbound(connect("i".repeat(1025)).build());

        assertClosed(BrokerEvent.CLIENT_IDENTIFIER);
    }

    @Test
    void refusesPacketsThatOnlyServersSend() {
        connected();
        channel.writeInbound(accepted());

        assertClosed(BrokerEvent.MALFORMED);
    }

    @Test
    void refusesInvalidTopicsAndFilters() {
        connected();
        channel.writeInbound(publish("a/#").build());
        assertClosed(BrokerEvent.TOPIC);

        EmbeddedChannel other = channel();
        other.writeInbound(connect("b").build());
        other.readInbound();
        other.writeInbound(subscribe("a", "#/a"));
        assertNull(other.readInbound());
        assertEquals(List.of(BrokerEvent.TOPIC, BrokerEvent.FILTER), events);
    }

    @Test
    void unsubscribingMakesRoomAndSubscribingAgainTakesNone() {
        connected();
        for (int i = 0; i < PacketChecks.MAX_SUBSCRIPTIONS; i++) {
            channel.writeInbound(subscribe("f" + i));
        }
        channel.writeInbound(subscribe("f0"));
        channel.writeInbound(unsubscribe("f0", "never"));
        channel.writeInbound(subscribe("g"));
        assertEquals(List.of(), events);
        channel.writeInbound(subscribe("h"));

        assertEquals(List.of(BrokerEvent.SUBSCRIPTIONS), events);
        assertFalse(channel.isOpen());
    }

    @Test
    void limitsSubscriptionsOfAllConnectionsUntilTheyEnd() {
        List<EmbeddedChannel> all = new ArrayList<>();
        while (events.isEmpty()) {
            EmbeddedChannel one = channel();
            all.add(one);
            one.writeInbound(connect("c").build());
            for (int i = 0; i < PacketChecks.MAX_SUBSCRIPTIONS && one.isOpen(); i++) {
                one.writeInbound(subscribe("f" + i));
            }
        }
        assertEquals(List.of(BrokerEvent.NO_MEMORY), events);
        all.forEach(EmbeddedChannel::close);
        events.clear();

        connected();
        channel.writeInbound(subscribe("f"));
        assertEquals(List.of(), events);
    }

    @Test
    void givesArtemisUnambiguousNames() {
        channel.writeInbound(connect("a.b").build());
        channel.writeInbound(subscribe("c/d", "$share/a.b/c/d"));
        channel.writeInbound(unsubscribe("c/d", "$share/a.b/c/d"));

        MqttConnectMessage connect = channel.readInbound();
        assertEquals("a%2Eb", connect.payload().clientIdentifier());
        MqttSubscribeMessage subscribe = channel.readInbound();
        assertEquals(
                List.of("c/d", "$share/%ga%2Eb/c/d"),
                subscribe.payload().topicSubscriptions().stream()
                        .map(MqttTopicSubscription::topicFilter)
                        .toList());
        MqttUnsubscribeMessage unsubscribe = channel.readInbound();
        assertEquals(List.of("c/d", "$share/%ga%2Eb/c/d"), unsubscribe.payload().topics());
    }

    @Test
    void refusesToUnsubscribeFromAnInvalidFilter() {
        connected();
        channel.writeInbound(unsubscribe("$share/a"));

        assertClosed(BrokerEvent.FILTER);
    }

    @Test
    void unsubscribingMakesRoomForAllConnections() {
        connected();
        for (int i = 0; i < 2000; i++) {
            channel.writeInbound(subscribe("f"));
            channel.writeInbound(unsubscribe("f"));
        }

        assertEquals(List.of(), events);
    }

    @Test
    void limitsUnreleasedMessages() {
        connected();
        for (int i = 1; i <= PacketChecks.MAX_UNRELEASED; i++) {
            channel.writeInbound(
                    publish("a").qos(MqttQoS.EXACTLY_ONCE).messageId(i).build());
        }
        channel.writeInbound(publish("a").qos(MqttQoS.EXACTLY_ONCE).messageId(1).build());
        assertEquals(List.of(), events);
        channel.writeInbound(
                publish("a").qos(MqttQoS.EXACTLY_ONCE).messageId(999).build());

        assertEquals(List.of(BrokerEvent.QOS_2), events);
    }

    @Test
    void refusesTopicAliases() {
        connected();
        MqttProperties properties = new MqttProperties();
        properties.add(new MqttProperties.IntegerProperty(MqttPropertyType.TOPIC_ALIAS.value(), 1));
        channel.writeInbound(publish("a").properties(properties).build());

        assertClosed(BrokerEvent.MALFORMED);
    }

    @Test
    void dropsAndAcknowledgesAMessageToATopicBeyondTheLimit() {
        connected();
        exceedsTopicLimit = true;
        channel.writeInbound(
                publish("a").qos(MqttQoS.AT_LEAST_ONCE).messageId(7).build());

        assertNull(channel.readInbound());
        MqttMessage answer = channel.readOutbound();
        assertEquals(MqttMessageType.PUBACK, answer.fixedHeader().messageType());
        assertEquals(List.of(BrokerEvent.TOPICS), events);
        assertTrue(channel.isOpen());
    }

    @Test
    void deliversButDoesNotRetainAMessageWithoutRoom() {
        connected();
        channel.writeInbound(retained(new byte[900]), retained(new byte[1001]));

        MqttPublishMessage kept = channel.readInbound();
        MqttPublishMessage notKept = channel.readInbound();
        assertTrue(kept.fixedHeader().isRetain());
        assertFalse(notKept.fixedHeader().isRetain());
        assertEquals(1001, notKept.payload().readableBytes());
        assertEquals(List.of(BrokerEvent.RETAINED), events);
    }

    @Test
    void doesNotDeleteARetainedMessageThatDoesNotExist() {
        connected();
        channel.writeInbound(retained(new byte[0]), retained(new byte[1]), retained(new byte[0]));

        assertFalse(channel.<MqttPublishMessage>readInbound().fixedHeader().isRetain());
        assertTrue(channel.<MqttPublishMessage>readInbound().fixedHeader().isRetain());
        assertTrue(channel.<MqttPublishMessage>readInbound().fixedHeader().isRetain());
    }

    @Test
    void refusesASubscriptionToMoreRetainedMessagesThanMayWait() {
        connected();
        channel.writeInbound(retained(new byte[90]));
        channel.readInbound();
        channel.writeInbound(subscribe("k"));
        assertEquals(List.of(), events);
        channel.writeInbound(subscribe("#", "+"));

        assertEquals(List.of(BrokerEvent.NO_MEMORY), events);
    }

    @Test
    void givesTheWillToTheSessionOnceItExists() {
        channel.writeInbound(will("a", 90).build());

        assertFalse(channel.<MqttConnectMessage>readInbound().variableHeader().isWillFlag());
        assertEquals(List.of(), wills);
        channel.writeOutbound(accepted());
        assertEquals("a", wills.get(0).topic());
        assertEquals(90, wills.get(0).payload().length);
    }

    @Test
    void aDisconnectTakesTheWillFromTheSession() {
        channel.writeInbound(will("a", 90).build());
        channel.writeOutbound(accepted());
        assertEquals(1, wills.size());
        channel.writeInbound(MqttMessageBuilders.disconnect().build());

        assertEquals(List.of(), wills);
    }

    @Test
    void limitsWillsOfAllConnectionsUntilTheyEnd() {
        channel.writeInbound(will("a", 90).build());
        EmbeddedChannel second = channel();
        second.writeInbound(will("a", 10).build());
        assertEquals(List.of(BrokerEvent.NO_MEMORY), events);
        channel.close();
        EmbeddedChannel third = channel();
        third.writeInbound(will("a", 90).build());

        assertEquals(1, events.size());
    }

    @Test
    void aRetainedWillThatIsNotPublishedLeavesRoom() {
        channel.writeInbound(will("a", 50).willRetain(true).build());
        channel.writeInbound(MqttMessageBuilders.disconnect().build());
        assertFalse(limits.retained().remove("a"));

        EmbeddedChannel lost = channel();
        lost.writeInbound(will("a", 50).willRetain(true).build());
        lost.close();
        assertEquals(50, limits.retained().bytesMatching("a"));
    }

    @Test
    void aWillNeedsAValidTopic() {
        channel.writeInbound(will("a/#", 1).build());

        assertClosed(BrokerEvent.TOPIC);
    }

    private void connected() {
        channel.writeInbound(connect("a").build());
        channel.readInbound();
    }

    private void assertClosed(BrokerEvent reason) {
        assertNull(channel.readInbound());
        assertEquals(List.of(reason), events);
        assertFalse(channel.isOpen());
    }

    private static MqttMessageBuilders.ConnectBuilder connect(String clientId) {
        return MqttMessageBuilders.connect()
                .protocolVersion(MqttVersion.MQTT_3_1_1)
                .cleanSession(true)
                .clientId(clientId);
    }

    private static MqttMessageBuilders.ConnectBuilder will(String topic, int bytes) {
        return connect("w").willFlag(true).willTopic(topic).willMessage(new byte[bytes]);
    }

    private static MqttConnAckMessage accepted() {
        return MqttMessageBuilders.connAck()
                .returnCode(MqttConnectReturnCode.CONNECTION_ACCEPTED)
                .properties(new MqttProperties())
                .build();
    }

    private static Object property(MqttConnAckMessage answer, MqttPropertyType type) {
        return answer.variableHeader().properties().getProperty(type.value()).value();
    }

    private static MqttMessageBuilders.PublishBuilder publish(String topic) {
        return MqttMessageBuilders.publish()
                .topicName(topic)
                .qos(MqttQoS.AT_MOST_ONCE)
                .payload(Unpooled.EMPTY_BUFFER);
    }

    private static MqttPublishMessage retained(byte[] payload) {
        return publish("kept")
                .retained(true)
                .payload(Unpooled.wrappedBuffer(payload))
                .build();
    }

    private static MqttMessage unsubscribe(String... filters) {
        MqttMessageBuilders.UnsubscribeBuilder builder =
                MqttMessageBuilders.unsubscribe().messageId(1);
        for (String filter : filters) {
            builder.addTopicFilter(filter);
        }
        return builder.build();
    }

    private static MqttMessage subscribe(String... filters) {
        MqttMessageBuilders.SubscribeBuilder builder =
                MqttMessageBuilders.subscribe().messageId(1);
        for (String filter : filters) {
            builder.addSubscription(MqttQoS.AT_LEAST_ONCE, filter);
        }
        return builder.build();
    }
}
