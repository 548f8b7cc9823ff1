package securemqtt.responder.broker.embedded;

import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What the connections to the embedded broker share.
 *
 * @param subscriptions bytes for all subscriptions
 * @param wills bytes for all wills
 * @param retained the messages that are kept for topics
 * @param freeBytes bytes that may still wait for subscribers
 * @param log told of what is done about strangers
 */
record BrokerLimits(
        MemoryLimit subscriptions,
        MemoryLimit wills,
        RetainedTopics retained,
        LongSupplier freeBytes,
        Consumer<BrokerEvent> log) {}
